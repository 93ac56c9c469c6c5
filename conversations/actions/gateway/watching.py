"""The check of sessions: each every 30 s, spread over rounds, a few at once; lost ones brought back."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from django.db.models import F, Q
from django.utils import timezone

from conversations.actions.channels import health_from
from conversations.actions.errors import Refused
from conversations.actions.gateway.connection import reconnect
from conversations.actions.gateway.sessions import changing_session, closed, opened, waiting
from conversations.models import Channel, GatewaySession, ProviderName, SessionState
from conversations.providers import registry
from conversations.providers.gateway.session import CLOSED, CONNECTING, OPEN, REFUSED
from helpdesk.core.breaker import breaker

log = structlog.get_logger(__name__)

CHECK_EVERY = timedelta(seconds=30)
AT_ONCE = 16
# A round comes every 10 s: three of them reach 1,200 numbers.
MOST_IN_A_ROUND = 400
UNKNOWN_INSTANCE = 404
LOGGED_OUT = 401


def check_due() -> int:
    """Ask the gateway for the sessions whose check is due, and restart those that are to; return
    how many were asked."""
    if not any(provider.name == ProviderName.GATEWAY for provider in registry.all()):
        return 0  # GATEWAY_URL is unset: nobody could answer
    gate = breaker(f"whatsapp.{ProviderName.GATEWAY}")
    sessions = _claim()
    if not sessions or not gate.allow():
        return 0
    provider = registry.get(ProviderName.GATEWAY)
    channels = [session.channel for session in sessions]
    # Threads talk to the gateway; none of them touches the database.
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="gateway") as pool:
        answers = list(pool.map(provider.check_health, channels))
    broken = [answer for answer in answers if _is_host_failure(answer)]
    if len(broken) == len(answers):
        gate.record_failure(broken[0]["detail"])
    else:
        gate.record_success()
    for session, answer in zip(sessions, answers, strict=True):
        _keep(session, answer)
    return len(sessions)


def _claim() -> Sequence[GatewaySession]:
    """Take the sessions that have waited longest; another round leaves them alone."""
    now = timezone.now()
    due = Q(checked_at=None) | Q(checked_at__lte=now - CHECK_EVERY)
    rows = (
        GatewaySession.objects.filter(due, channel__provider=ProviderName.GATEWAY)
        .filter(channel__is_active=True)
        .exclude(channel__gateway_instance="")
        .exclude(state=SessionState.NONE)
        .select_related("channel")
        .order_by(F("checked_at").asc(nulls_first=True))[:MOST_IN_A_ROUND]
    )
    sessions = list(rows)
    GatewaySession.objects.filter(pk__in=[row.pk for row in sessions]).update(checked_at=now)
    return sessions


def _keep(checked: GatewaySession, answer: dict[str, Any]) -> None:
    """Store what was said of one session, and restart it when its time has come."""
    channel = checked.channel
    Channel.objects.filter(pk=channel.pk).update(
        health=health_from(answer), checked_at=timezone.now()
    )
    if _is_host_failure(answer):
        return  # nothing was heard of the session
    with changing_session(channel) as session:
        # What a webhook has told while the gateway was asked is the newer truth.
        if session.since == checked.since:
            _follow(session, answer)
        is_due = session.restart_at is not None and session.restart_at <= timezone.now()
    if is_due:
        _restart(channel)


def _follow(session: GatewaySession, answer: dict[str, Any]) -> None:
    error = answer["error"]
    if error is not None and error.http_status == UNKNOWN_INSTANCE:
        closed(session, LOGGED_OUT)
    elif answer["state"] == OPEN:
        opened(session)
    elif answer["state"] == CLOSED and session.state not in (SessionState.CLOSED, REFUSED):
        closed(session, None)
    elif answer["state"] == CLOSED and session.state == SessionState.CLOSED:
        closed(session, session.reason)
    elif answer["state"] == CONNECTING and session.state == SessionState.OPEN:
        waiting(session)


def _restart(channel: Channel) -> None:
    try:
        reconnect(channel)
    except Refused as error:
        log.warning("gateway.restart_failed", channel=str(channel.pk), reason=str(error))


def _is_host_failure(answer: dict[str, Any]) -> bool:
    """Whether the gateway itself is away, as opposed to one of its sessions."""
    error = answer["error"]
    return error is not None and (error.http_status is None or error.http_status >= 500)
