"""What happens around every request."""

import re
import time
import uuid

import structlog
from django.middleware.gzip import GZipMiddleware

WEBHOOK_PATH = "/api/v1/webhooks/whatsapp"
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(),"
    " magnetometer=(), microphone=(self), midi=(), payment=(), usb=()"
)
requests_log = structlog.get_logger("helpdesk.requests")


def WebhookMiddleware(get_response):  # noqa: N802
    """Answer WhatsApp's webhooks before anything else happens: they need no session, user or locale.

    The rest of the stack would double their cost (10-measurements.md, section 2). Under ASGI they
    do not even come here: see helpdesk/asgi.py.
    """
    # Imported late: the middleware module is loaded before the apps are ready.
    from conversations.gateway_webhooks import PREFIX, gateway
    from conversations.webhooks import whatsapp

    def middleware(request):
        if request.path == WEBHOOK_PATH:
            return whatsapp(request)
        if request.path.startswith(PREFIX):
            return gateway(request)
        return get_response(request)

    return middleware


class PagesGZipMiddleware(GZipMiddleware):
    """Compress pages and fragments; files are compressed already and are asked for in ranges.

    Django pads each answer by a random length, so that secrets in it cannot be measured (BREACH).
    """

    def process_response(self, request, response):
        is_page = response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


def RequestContextMiddleware(get_response):  # noqa: N802
    """Give every request an id for the logs, and every answer that id and a Permissions-Policy."""

    def middleware(request):
        started = _begin(request)
        return _end(request, get_response(request), started)

    return middleware


def _begin(request) -> float:
    given = request.headers.get("X-Request-ID", "")
    request.id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request.id)
    return time.perf_counter()


def _end(request, response, started: float):
    response["X-Request-ID"] = request.id
    response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
    # Only when somebody has looked already: asking for the user would load the session.
    user = getattr(request, "_cached_user", None)
    requests_log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
        user=str(user.pk) if user is not None and user.pk else None,
    )
    return response
