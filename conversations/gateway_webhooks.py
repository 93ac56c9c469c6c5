"""POST /api/v1/webhooks/gateway/<instance>/<secret>: authorise, store, acknowledge. Nothing else.

Called by helpdesk.middleware before sessions, locale and the rest. The gateway repeats what is not
answered with 200, but not what was answered with 403, 404 or 413; 200 means that the body is
committed. What the body's format is, its event's channel says (actions/ingest/reading.py).
"""

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from conversations import drainer
from conversations.actions.ingest import UNAUTHORIZED
from conversations.gateway_secrets import HEADER, fits_header, fits_path
from conversations.models import Channel, ProviderName
from conversations.providers.base import InvalidPayload, WorkPart
from conversations.providers.gateway.parse import instance_of, work_parts
from conversations.webhooks import PLAIN, store

log = structlog.get_logger(__name__)

PREFIX = "/api/v1/webhooks/gateway/"
FOREIGN = f"{UNAUTHORIZED}The body tells about another instance than its address."


@csrf_exempt
def gateway(request: HttpRequest, instance: str = "", secret: str = "") -> HttpResponse:
    """Store one delivery of a channel's gateway session."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not secret:  # called past the resolver, which would have read the path
        instance, _, secret = request.path.removeprefix(PREFIX).rpartition("/")
    channel = _channel(instance, secret)
    if channel is None:
        log.warning("webhook.refused", reason="path")
        return HttpResponse("There is nothing here.", status=404, content_type=PLAIN)
    if not fits_header(channel, request.headers.get(HEADER) or ""):
        log.warning("webhook.refused", reason="header", channel=str(channel.pk))
        return HttpResponse("The secret does not fit.", status=403, content_type=PLAIN)
    return _receive(request, channel)


def _channel(instance: str, secret: str) -> Channel | None:
    # A database refuses U+0000; no instance of ours has it.
    if not instance or "\0" in instance or not secret:
        return None
    channel = (
        Channel.objects.active()
        .filter(provider=ProviderName.GATEWAY, gateway_instance=instance)
        .only("gateway_instance", "webhook_secret")
        .first()
    )
    return channel if channel is not None and fits_path(channel, secret) else None


def _receive(request: HttpRequest, channel: Channel) -> HttpResponse:
    try:
        body = request.body
    except RequestDataTooBig:
        log.warning("webhook.refused", reason="size", channel=str(channel.pk))
        return HttpResponse("At most 3 MB.", status=413, content_type=PLAIN)
    store(body, _items(body, channel), channel_id=channel.pk)
    drainer.wake()
    return HttpResponse("ok", content_type=PLAIN)


def _items(body: bytes, channel: Channel) -> list[tuple[WorkPart, str]]:
    """Return the parts of a body, each with an error when it must not be worked on."""
    try:
        parts, instance = work_parts(body), instance_of(body)
    except InvalidPayload as error:
        return [(WorkPart("", ""), f"InvalidPayload: {error}")]
    except RecursionError:
        return [(WorkPart("", ""), "InvalidPayload: The body is nested too deeply.")]
    is_foreign = instance not in ("", channel.gateway_instance)
    return [(part, FOREIGN if is_foreign else "") for part in parts]
