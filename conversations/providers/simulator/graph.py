"""The Graph endpoints that we call, answered by ourselves over real HTTP (spec/03, 3)."""

import hmac
import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from conversations.models import (
    Channel,
    ProviderName,
    SimulatorCall,
    SimulatorMedia,
    SimulatorSetting,
    SimulatorTemplate,
)
from conversations.providers.simulator import accept, deliveries, faults, media, validate
from conversations.providers.simulator.connection import cut
from conversations.providers.simulator.errors import GraphError

MAX_DELAY_SECONDS = 120
HEALTHY = {"can_send_message": "AVAILABLE"}


def graph_call(*methods: str) -> Callable:
    """Make a Graph endpoint of view(request, channel, object_id) -> answer.

    Checks the token, answers GraphError as Meta does, and keeps a record of the call.
    """

    def decorate(view: Callable) -> Callable:
        @csrf_exempt
        @wraps(view)
        def endpoint(request, object_id: str, version: str = "") -> HttpResponse:
            started = time.monotonic()
            call = SimulatorCall(method=request.method, path=request.get_full_path()[:300])
            try:
                answer = _answer(view, request, call, object_id, methods)
                status = 200
            except GraphError as error:
                answer, status, call.error_code = error.body(), error.status, error.code
            call.http_status = 0 if getattr(request, "was_cut", False) else status
            call.duration_ms = round((time.monotonic() - started) * 1000)
            call.answer = answer if isinstance(answer, dict) else None
            call.save()
            return (
                answer
                if isinstance(answer, HttpResponseBase)
                else JsonResponse(answer, status=status)
            )

        return endpoint

    return decorate


@graph_call("POST")
def messages(request, channel: Channel, object_id: str) -> dict[str, Any]:
    """Send a message, or mark one as read."""
    body = json_body(request)
    if validate.is_read_receipt(body):
        typing = isinstance(body, dict) and "typing_indicator" in body
        accept.mark_read(channel, validate.check_read_receipt(body), typing=typing)
        return {"success": True}
    setting = SimulatorSetting.current()
    faults.refuse_message(setting)
    kind = validate.check_message(body)
    answer, early = accept.accept(channel, body, kind, setting)
    if early:
        with requests.Session() as session:
            session.trust_env = False
            deliveries.deliver(early, session)
    time.sleep(min(setting.answer_delay_ms / 1000, MAX_DELAY_SECONDS))
    if faults.happens(setting.cut_percent):
        request.was_cut = cut(request)
    return answer


@graph_call("POST")
def upload_media(request, channel: Channel, object_id: str) -> dict[str, str]:
    """Keep a file to be sent by id."""
    file = request.FILES.get("file")
    if request.POST.get("messaging_product") != "whatsapp" or file is None:
        raise GraphError(100, "Params messaging_product and file are mandatory.")
    mime_type = request.POST.get("type") or file.content_type or ""
    return {"id": media.upload(channel, file.read(), mime_type).media_id}


@graph_call("GET")
def phone_numbers(request, channel: Channel, object_id: str) -> dict[str, Any]:
    """List the account's numbers."""
    numbers = channel.waba.channels.filter(provider=ProviderName.SIMULATOR).order_by("name")
    return {"data": [_number_info(number) for number in numbers], "paging": {}}


@graph_call("GET", "DELETE")
def graph_object(request, channel: Channel, object_id: str) -> dict[str, Any]:
    """Answer for one number (its state and health), account (its health), or file (its address)."""
    file = channel.simulator_media.filter(media_id=object_id).first()
    if file and request.method == "DELETE":
        file.delete()
        return {"success": True}
    if file:
        _maybe_lost()
        return media.description(file)
    known = (
        _number_info(channel) if object_id == channel.phone_number_id else _account_info(channel)
    )
    fields = [name for name in request.GET.get("fields", "").split(",") if name]
    return {"id": object_id, **{key: known[key] for key in fields or known if key in known}}


@graph_call("GET")
def download_media(request, channel: Channel, object_id: str) -> HttpResponse:
    """Hand out a file for five minutes; the address alone does not do, the token is needed as well."""
    _maybe_lost()
    file = channel.simulator_media.filter(media_id=object_id).first()
    expires, proof = request.GET.get("ext", ""), request.GET.get("hash", "")
    if file is None or not media.is_current(object_id, expires, proof):
        raise GraphError(100, "This address has expired.", status=404)
    time.sleep(min(SimulatorSetting.current().media_delay_ms / 1000, MAX_DELAY_SECONDS))
    return HttpResponse(media.content(file), content_type=media.said_type(file))


def json_body(request) -> Any:
    """Return the JSON of a call; raises GraphError."""
    body = _json_or_none(request.body)
    if body is None:
        raise GraphError(100, "The body is not JSON.")
    return body


def _answer(view, request, call: SimulatorCall, object_id: str, methods: tuple[str, ...]):
    if request.method not in methods:
        raise GraphError(100, f"Unsupported {request.method.lower()} request.")
    channel = _channel_of(object_id)
    call.channel = channel
    if request.content_type == "application/json":
        call.body = _json_or_none(request.body)
    _check_token(request, channel)
    if faults.happens(SimulatorSetting.current().server_error_percent):
        raise GraphError(131016, "The simulator is switched to be out of service.", status=503)
    return view(request, channel, object_id)


def _channel_of(object_id: str) -> Channel:
    simulated = Channel.objects.filter(provider=ProviderName.SIMULATOR).select_related("waba")
    number_or_account = Q(phone_number_id=object_id) | Q(waba__waba_id=object_id)
    channel = simulated.filter(number_or_account).order_by("created_at").first()
    if channel is None:
        file = SimulatorMedia.objects.filter(media_id=object_id).first()
        channel = file and simulated.get(pk=file.channel_id)
    if channel is None:
        template = SimulatorTemplate.objects.filter(template_id=object_id).first()
        channel = template and simulated.filter(waba_id=template.waba_id).first()
    if channel is None:
        raise GraphError(100, f"Object with ID '{object_id}' does not exist.")
    return channel


def _check_token(request, channel: Channel) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise GraphError(200, "An access token is required to request this resource.")
    if not hmac.compare_digest(token.encode(), channel.access_token.encode()):
        raise GraphError(190, "Error validating access token.")


def _json_or_none(body: bytes) -> Any:
    try:
        # What no database takes would break the record of the call: U+0000 and halves of pairs.
        text = json.dumps(json.loads(body), ensure_ascii=False).replace("\\u0000", "\ufffd")
        return json.loads(text.encode("utf-8", "replace"))
    except ValueError:
        return None


def _maybe_lost() -> None:
    if faults.media_fault(SimulatorSetting.current(), SimulatorSetting.MediaFault.MISSING):
        raise GraphError(131052, "The file is gone.", status=404)


def _number_info(channel: Channel) -> dict[str, Any]:
    account = _account_info(channel)
    entity = {"entity_type": "PHONE_NUMBER", "id": channel.phone_number_id, **HEALTHY}
    entities = [entity, *account["health_status"]["entities"]]
    return {
        "id": channel.phone_number_id,
        "display_phone_number": channel.display_phone_number,
        "verified_name": channel.name,
        "quality_rating": "GREEN",
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "health_status": {**HEALTHY, "entities": entities},
    }


def _account_info(channel: Channel) -> dict[str, Any]:
    waba_id = channel.waba.waba_id if channel.waba else "0"
    entity = {"entity_type": "WABA", "id": waba_id, **HEALTHY}
    return {"id": waba_id, "health_status": {**HEALTHY, "entities": [entity]}}
