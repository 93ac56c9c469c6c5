"""The door for ASGI servers: websockets in production, everything in the embedded default."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
pages = get_asgi_application()

# Only now that the apps are loaded may anything else be imported.
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from conversations.gateway_webhooks import PREFIX, gateway  # noqa: E402
from conversations.webhooks import whatsapp  # noqa: E402
from helpdesk.core import serving  # noqa: E402
from helpdesk.middleware import WEBHOOK_PATH  # noqa: E402
from helpdesk.routing import websocket_application  # noqa: E402

webhook = serving.ThreadedView(whatsapp)
gateway_webhook = serving.ThreadedView(gateway)


async def http_application(scope, receive, send):
    """Answer webhooks without the stack of middleware, on threads whose connections last."""
    if scope["path"] == WEBHOOK_PATH:
        answers = webhook
    elif scope["path"].startswith(PREFIX):
        answers = gateway_webhook
    else:
        answers = pages
    await answers(scope, receive, send)


if not settings.TESTING:
    # The connections of a process that runs tests are the tests'.
    serving.use_connection_pool()
    serving.spare_the_garbage_collector()
application = ProtocolTypeRouter({"http": http_application, "websocket": websocket_application})
