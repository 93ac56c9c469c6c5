"""Browsers that want to be woken: the script that shows it, and the two doors."""

from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.devices import described
from conversations.actions.errors import Refused
from conversations.actions.notifications import pushing
from helpdesk.core.rate_limit import allow

SUBSCRIPTIONS_AN_HOUR = 30
HOUR_SECONDS = 3600
WORKER = "static/js/service-worker.js"


@require_safe
def service_worker(request):
    """Hand out the script under an address at the root: its scope is all of the site."""
    answer = HttpResponse(_source(), content_type="text/javascript; charset=utf-8")
    # Browsers look for a new one at each visit; an old one kept would never be got rid of.
    answer["Cache-Control"] = "no-cache"
    answer["Service-Worker-Allowed"] = "/"
    return answer


@login_required
@require_POST
def subscribe(request):
    """Wake this browser from now on."""
    if not allow(f"push:{request.user.pk}", SUBSCRIPTIONS_AN_HOUR, HOUR_SECONDS):
        return HttpResponse(status=429, headers={"Retry-After": str(HOUR_SECONDS)})
    said = request.POST
    try:
        pushing.subscribe(
            request.user,
            endpoint=said.get("endpoint", ""),
            public_key=said.get("p256dh", ""),
            auth_secret=said.get("auth", ""),
            device=described(request.headers.get("User-Agent", "")),
        )
    except Refused as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@login_required
@require_POST
def unsubscribe(request):
    """Wake one of one's own browsers no longer: this one by its address, another from the list."""
    if "browser" in request.POST:
        pushing.forget(request.user, _uuid(request.POST["browser"]))
        messages.success(request, _("This browser is woken no longer."))
        return redirect("accounts:profile")
    pushing.unsubscribe(request.user, request.POST.get("endpoint", ""))
    return HttpResponse(status=204)


@cache
def _source() -> bytes:
    return (settings.BASE_DIR / WORKER).read_bytes()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
