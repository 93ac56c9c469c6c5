"""Every address of the product. helpdesk/tests/test_addresses.py knows which of them are public."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from conversations.gateway_webhooks import gateway
from conversations.views.browsers import service_worker
from conversations.webhooks import whatsapp
from helpdesk import health

handler400 = "helpdesk.error_pages.bad_request"
handler500 = "helpdesk.error_pages.server_error"
handler429 = "accounts.views.login.too_many"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="conversations:inbox"), name="home"),
    path("", include("conversations.urls")),
    path("accounts/", include("accounts.login_urls")),
    path("", include("accounts.urls")),
    # The middleware answers this address first; the entry is for reverse() and the admin.
    path("api/v1/webhooks/whatsapp", whatsapp, name="whatsapp_webhook"),
    path("api/v1/webhooks/gateway/<path:instance>/<str:secret>", gateway, name="gateway_webhook"),
    path("health", health.live, name="health"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/info", login_required(health.info), name="health_info"),
    path("admin/", admin.site.urls),
    path("service-worker.js", service_worker, name="service_worker"),
    # Browsers ask for it where a page names no icon, as the administration does.
    path(
        "favicon.ico",
        RedirectView.as_view(url=lazy(static, str)("icons/favicon.svg")),
        name="favicon",
    ),
]
if settings.SIMULATOR:
    urlpatterns.append(path("", include("conversations.providers.simulator.urls")))
