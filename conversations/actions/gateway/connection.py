"""Connecting a number by QR or pairing code, bringing it back, logging it out.

Each asks the gateway first and writes the session's row afterwards. Raises Refused with a sentence
for whoever clicked.
"""

import secrets
from typing import Any

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from conversations import gateway_secrets
from conversations.actions.errors import Refused
from conversations.actions.gateway.sessions import (
    MOST_RESTARTS,
    changing_session,
    closed,
    note,
    opened,
    show_code,
    waiting,
)
from conversations.models import Channel, GatewaySession, ProviderName
from conversations.phone_numbers import canonical
from conversations.providers import registry
from conversations.providers.cloud.client import Answer, Outcome
from conversations.providers.cloud.wire import mapping
from conversations.providers.gateway import errors
from conversations.providers.gateway.provider import GatewayProvider, url_of
from conversations.providers.gateway.session import EVENTS, OPEN, code_of, state_of

log = structlog.get_logger(__name__)

LOGGED_OUT = 401
LEAST_DIGITS, MOST_DIGITS = 10, 15


def connect(channel: Channel, *, by, number: str = "") -> GatewaySession:
    """Ask the gateway for a code, making the instance when there is none.

    number (international) asks for a pairing code to type as well. Raises Refused.
    """
    digits = _digits(number)
    channel = _prepared(channel)
    provider = _provider()
    known = _ask(provider, "get", "instance/connectionState", channel)
    if known.status == 404:
        answer = _create(provider, channel, digits)
    else:
        _require(known)
        _require(_set_webhook(provider, channel))
        answer = {}
    if not code_of(answer) or (digits and not code_of(answer).pairing_code):
        answer = _code_from(provider, channel, digits)
    log.info("gateway.connect", channel=str(channel.pk), by=str(by.pk))
    return _note_answer(channel, answer, by)


def reconnect(channel: Channel, *, by=None) -> GatewaySession:
    """Restart a session that has lost its connection. `by` None is the house. Raises Refused."""
    _require_gateway(channel)
    answer = _ask(_provider(), "post", "instance/restart", channel)
    with changing_session(channel) as session:
        session.restarts = min(session.restarts + 1, MOST_RESTARTS) if by is None else 0
        session.restart_at = None
        if answer.is_success:
            note(session, "restart", by=str(by) if by else "")
    _require(answer)
    log.info("gateway.restart", channel=str(channel.pk), by=str(by.pk) if by else None)
    return session


def log_out(channel: Channel, *, by) -> GatewaySession:
    """End the session; the number stays a channel, to be connected again. Raises Refused."""
    _require_gateway(channel)
    answer = _ask(_provider(), "delete", "instance/logout", channel)
    # 400 and 404 are what the gateway says of a session that is over already.
    if answer.status not in (400, 404):
        _require(answer)
    with changing_session(channel) as session:
        note(session, "log_out", by=str(by))
        closed(session, LOGGED_OUT, by_us=True)
    log.info("gateway.log_out", channel=str(channel.pk), by=str(by.pk))
    return session


def webhook_of(channel: Channel) -> dict[str, Any]:
    """Return what the gateway is told about our webhook: address, secret header, events."""
    path = reverse(
        "gateway_webhook",
        kwargs={
            "instance": channel.gateway_instance,
            "secret": gateway_secrets.path_secret(channel),
        },
    )
    return {
        "enabled": True,
        "url": f"{settings.BASE_URL}{path}",
        "headers": {gateway_secrets.HEADER: channel.webhook_secret},
        "byEvents": False,
        "base64": False,  # files are fetched by workers, within a limit
        "events": EVENTS,
    }


def _prepared(channel: Channel) -> Channel:
    """Give the channel an instance's name and a secret, each once."""
    _require_gateway(channel)
    rows = Channel.objects.filter(pk=channel.pk)
    rows.filter(gateway_instance="").update(gateway_instance=f"ramal-{channel.pk.hex[-12:]}")
    fresh = rows.get()
    if not fresh.webhook_secret:
        fresh.webhook_secret = secrets.token_urlsafe(32)
        fresh.save(update_fields=["webhook_secret"])
    return fresh


def _create(provider: GatewayProvider, channel: Channel, digits: str) -> dict[str, Any]:
    body = {
        "instanceName": channel.gateway_instance,
        "integration": "WHATSAPP-BAILEYS",
        "qrcode": True,
        "groupsIgnore": True,
        "alwaysOnline": False,
        "readMessages": False,
        "readStatus": False,
        "syncFullHistory": False,
        "webhook": webhook_of(channel),
    }
    body |= {"number": digits} if digits else {}
    answer = provider.client.post(url_of("instance/create"), settings.GATEWAY_API_KEY, body)
    _require(answer)
    return mapping(answer.body)


def _set_webhook(provider: GatewayProvider, channel: Channel) -> Answer:
    url = url_of("webhook/set", channel.gateway_instance)
    return provider.client.post(url, settings.GATEWAY_API_KEY, {"webhook": webhook_of(channel)})


def _code_from(provider: GatewayProvider, channel: Channel, digits: str) -> dict[str, Any]:
    answer = _ask(
        provider, "get", "instance/connect", channel, **({"number": digits} if digits else {})
    )
    _require(answer)
    body = mapping(answer.body)
    if body.get("error") is True:  # which the gateway says with HTTP 200
        raise _unhappy(errors.said(body) or "error")
    return body


def _note_answer(channel: Channel, answer: dict[str, Any], by) -> GatewaySession:
    code = code_of(answer)
    with changing_session(channel) as session:
        session.restarts, session.restart_at = 0, None
        if state_of(answer) == OPEN:
            opened(session)
        else:
            note(session, "asked", by=str(by))
            waiting(session)
        if code is not None:
            show_code(session, code)
    return session


def _ask(provider: GatewayProvider, method: str, route: str, channel: Channel, **query) -> Answer:
    url, key = url_of(route, channel.gateway_instance), settings.GATEWAY_API_KEY
    if method == "get":
        return provider.client.get(url, key, query or None)
    if method == "post":
        return provider.client.post(url, key, {})
    return provider.client.delete(url, key)


def _require(answer: Answer) -> None:
    if answer.is_success:
        return
    if answer.status == 401 or answer.outcome is Outcome.UNUSABLE:
        raise Refused(_("The gateway refuses the key. An administrator corrects GATEWAY_API_KEY."))
    if answer.status == 0:
        raise Refused(
            _("The gateway does not answer. Try again in a moment, or look whether it runs.")
        )
    raise _unhappy(errors.said(answer.body) or f"HTTP {answer.status}")


def _unhappy(detail: str) -> Refused:
    return Refused(_("The gateway says: %(detail)s") % {"detail": detail})


def _provider() -> GatewayProvider:
    try:
        return registry.get(ProviderName.GATEWAY)
    except registry.UnknownProvider as error:
        raise Refused(
            _("No gateway is set up. An administrator sets GATEWAY_URL and GATEWAY_API_KEY.")
        ) from error


def _require_gateway(channel: Channel) -> None:
    if channel.provider != ProviderName.GATEWAY:
        raise Refused(_("This number is not connected by QR code."))


def _digits(number: str) -> str:
    digits = canonical(number)
    if number.strip() and not LEAST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise Refused(_("Write the number with country and area code, e.g. 55 11 98765-4321."))
    return digits
