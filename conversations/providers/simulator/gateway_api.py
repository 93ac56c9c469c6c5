"""The gateway's endpoints that we call, answered by ourselves over real HTTP (spec/03, 5.2)."""

import hmac
import time
from collections.abc import Callable
from typing import Any

import requests
from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from conversations.models import (
    Channel,
    ProviderName,
    SimulatorCall,
    SimulatorInstance,
    SimulatorSetting,
)
from conversations.providers.base import InvalidPayload
from conversations.providers.cloud.wire import clean, decode, mapping, text
from conversations.providers.simulator import (
    deliveries,
    faults,
    gateway_accept,
    gateway_sessions,
    gateway_telling,
    gateway_wire,
)
from conversations.providers.simulator.connection import cut
from conversations.providers.simulator.gateway_wire import NEEDED, Refusal
from conversations.providers.simulator.graph import MAX_DELAY_SECONDS


@csrf_exempt
def gateway(request: HttpRequest, room: str, route: str, instance: str = "") -> JsonResponse:
    """Answer one call as Evolution API does, and keep a record of it."""
    if not gateway_telling.is_here():
        raise Http404
    started = time.monotonic()
    call = SimulatorCall(method=request.method, path=request.path[:300])
    try:
        status, answer = _answer(request, call, f"{room}/{route}", instance)
    except Refusal as refusal:
        status, answer = refusal.status, refusal.body()
    call.http_status = 0 if getattr(request, "was_cut", False) else status
    call.duration_ms = round((time.monotonic() - started) * 1000)
    call.answer = gateway_wire.for_log(answer)
    call.save()
    return JsonResponse(answer, status=status, safe=False)


def _answer(request, call: SimulatorCall, route: str, name: str) -> tuple[int, Any]:
    body = _body(request)
    named = name or text(body.get("instanceName"))
    call.channel = _channel(named)
    _require_key(request, call.channel)
    call.body = gateway_wire.for_log(body) or None
    if faults.happens(SimulatorSetting.current().server_error_percent):
        raise Refusal(503, ["The simulator is switched to be out of service."])
    kind = route.removeprefix("message/")
    if route.startswith("message/") and kind in NEEDED and request.method == "POST":
        return 201, _send(request, gateway_sessions.find(name), kind, body)
    found = _ROUTES.get((request.method, route))
    if found is None or (route in _WITHOUT_NAME) == bool(name):
        raise Refusal(404, [f"Cannot {request.method} {request.path}"])
    status, act = found
    return status, act(gateway_sessions.find(name) if name else None, body, request)


def _channel(name: str) -> Channel | None:
    if not name or "\0" in name:
        return None
    return Channel.objects.filter(provider=ProviderName.GATEWAY, gateway_instance=name).first()


def _body(request) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    # Read past the limit of ordinary requests: files come inside of the JSON.
    raw = request.read(gateway_wire.MOST_BYTES + 1)
    if len(raw) > gateway_wire.MOST_BYTES:
        raise Refusal(400, ["request entity too large"])
    try:
        return mapping(clean(decode(raw or b"{}")))
    except (InvalidPayload, RecursionError) as error:
        raise Refusal(400, ["Unexpected token in JSON"]) from error


def _require_key(request, channel: Channel | None) -> None:
    given = request.headers.get("apikey", "").encode()
    own = SimulatorInstance.objects.filter(channel=channel).first() if channel else None
    keys = [settings.GATEWAY_API_KEY, own.token if own else ""]
    if not any(key and hmac.compare_digest(given, key.encode()) for key in keys):
        raise Refusal(401, "Unauthorized")


def _send(request, instance: SimulatorInstance, route: str, body: dict) -> dict[str, Any]:
    setting = SimulatorSetting.current()
    answer, early = gateway_accept.accept_message(instance, route, body, setting)
    with requests.Session() as session:
        session.trust_env = False
        for delivery in early:
            deliveries.deliver([delivery], session)
    time.sleep(min(setting.answer_delay_ms / 1000, MAX_DELAY_SECONDS))
    if faults.happens(setting.cut_percent):
        request.was_cut = cut(request)
    return answer


def _connect(instance, body, request) -> dict[str, Any]:
    if instance.state == SimulatorInstance.State.OPEN:
        return _state(instance, body, request)
    return gateway_sessions.show_code(instance, request.GET.get("number", ""))


def _state(instance, body, request) -> dict[str, Any]:
    return gateway_wire.state(gateway_sessions.name_of(instance), instance.state)


def _restart(instance, body, request) -> dict[str, Any]:
    gateway_sessions.tell_state(
        instance, 200 if instance.state != SimulatorInstance.State.CLOSED else 401
    )
    return gateway_wire.done("Instance restarted")


def _log_out(instance, body, request) -> dict[str, Any]:
    gateway_sessions.log_out(instance)
    return gateway_wire.done("Instance logged out")


def _instances(instance, body, request) -> list[dict[str, Any]]:
    rows = SimulatorInstance.objects.select_related("channel").order_by("created_at")
    wanted = request.GET.get("instanceName")
    return [
        {
            "name": gateway_sessions.name_of(row),
            "connectionStatus": row.state,
            "ownerJid": gateway_wire.jid_of(row.number) if row.number else None,
            "integration": "WHATSAPP-BAILEYS",
        }
        for row in rows
        if not wanted or gateway_sessions.name_of(row) == wanted
    ]


def _mark_read(instance, body, request) -> dict[str, str]:
    gateway_accept.mark_read(instance, body)
    return {"message": "Read messages", "read": "success"}


def _file(instance, body, request) -> dict[str, Any]:
    key = mapping(mapping(body.get("message")).get("key"))
    time.sleep(min(SimulatorSetting.current().media_delay_ms / 1000, MAX_DELAY_SECONDS))
    return gateway_accept.file_of(instance, text(key.get("id")))


def _numbers(instance, body, request) -> list[dict[str, Any]]:
    numbers = body.get("numbers")
    if not isinstance(numbers, list) or not numbers:
        raise Refusal(400, [['instance requires property "numbers"']])
    found = [
        (number, gateway_accept.find_phone(instance.channel, number))
        for number in map(text, numbers)
    ]
    return [
        {
            "jid": gateway_telling.jid_of(phone) if phone else gateway_wire.jid_of(number),
            "exists": phone is not None and phone.on_whatsapp,
            "number": number,
        }
        for number, phone in found
    ]


_WITHOUT_NAME = {"instance/create", "instance/fetchInstances"}
_ROUTES: dict[tuple[str, str], tuple[int, Callable]] = {
    ("POST", "instance/create"): (201, lambda _, body, request: gateway_sessions.create(body)),
    ("GET", "instance/fetchInstances"): (200, _instances),
    ("GET", "instance/connect"): (200, _connect),
    ("GET", "instance/connectionState"): (200, _state),
    ("POST", "instance/restart"): (200, _restart),
    ("DELETE", "instance/logout"): (200, _log_out),
    ("POST", "webhook/set"): (201, lambda one, body, _: gateway_sessions.set_webhook(one, body)),
    ("GET", "webhook/find"): (200, lambda one, *_: gateway_telling.webhook_of(one)),
    ("POST", "chat/markMessageAsRead"): (201, _mark_read),
    ("POST", "chat/getBase64FromMediaMessage"): (201, _file),
    ("POST", "chat/whatsappNumbers"): (200, _numbers),
}
