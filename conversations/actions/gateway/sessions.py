"""The row of a session: changed under its lock, with a line of history, told to the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from conversations import live
from conversations.actions import notices
from conversations.actions.channels import well_again
from conversations.models import (
    Channel,
    ChannelStatus,
    GatewaySession,
    NoticeKind,
    SessionState,
)
from conversations.providers.gateway.session import Code, may_reconnect

HISTORY_LENGTH = 20
MOST_RESTARTS = 6
FIRST_RESTART = timedelta(seconds=30)  # the gateway tries by itself first
BANNED = 403


@contextmanager
def changing_session(channel: Channel) -> Iterator[GatewaySession]:
    """Yield a channel's session, locked and fresh; it and the channel's status are written after."""
    GatewaySession.objects.get_or_create(channel=channel)
    with transaction.atomic():
        session = GatewaySession.objects.select_for_update().get(channel=channel)
        session.channel = channel
        before = (session.state, session.code_at, session.history[-1:])
        yield session
        session.save()
        if before != (session.state, session.code_at, session.history[-1:]):
            transaction.on_commit(lambda: live.channel_changed(channel), robust=True)


def opened(session: GatewaySession, number: str = "") -> None:
    """The telephone is connected."""
    is_news = session.state != SessionState.OPEN
    if is_news:
        note(session, "open")
    _move(session, SessionState.OPEN)
    forget_code(session)
    session.reason, session.restarts, session.restart_at = None, 0, None
    if number:
        Channel.objects.filter(pk=session.channel_id).update(display_phone_number=number)
    _set_status(session, ChannelStatus.CONNECTED)
    if is_news or session.channel.paused_reason:
        well_again(session.channel)


def closed(session: GatewaySession, reason: int | None, *, by_us: bool = False) -> None:
    """The connection is gone: it comes back, or the telephone has to read a new code.

    People are told of what only they can mend, unless they have done it themselves (`by_us`).
    """
    is_news = session.state != SessionState.CLOSED or session.reason != reason
    if is_news:
        note(session, "close", reason=reason)
    _move(session, SessionState.CLOSED)
    session.reason = reason
    forget_code(session)
    if not may_reconnect(reason):
        session.restart_at = None
        if by_us:
            notices.resolve(_cause(session))
        elif is_news:
            _tell_people(session)
    elif session.restart_at is None and session.restarts < MOST_RESTARTS:
        session.restart_at = timezone.now() + FIRST_RESTART * 2**session.restarts
    status = ChannelStatus.BLOCKED if reason == BANNED else ChannelStatus.DISCONNECTED
    _set_status(session, status)


def waiting(session: GatewaySession) -> None:
    """The gateway connects, or waits for somebody who reads the code."""
    _move(session, SessionState.CONNECTING)
    session.restart_at = None
    _set_status(session, ChannelStatus.CONNECTING)


def used_up(session: GatewaySession) -> None:
    """Nobody has read one of the codes: the gateway shows no more of them."""
    if session.state != SessionState.REFUSED:
        note(session, "refused")
    _move(session, SessionState.REFUSED)
    session.restart_at = None
    forget_code(session)
    _set_status(session, ChannelStatus.DISCONNECTED)


def show_code(session: GatewaySession, code: Code) -> None:
    """Keep the code that is to be read now."""
    waiting(session)
    session.code_image = code.image
    session.pairing_code = code.pairing_code
    session.code_at = timezone.now()


def forget_code(session: GatewaySession) -> None:
    """Whoever reads the last code now would read it in vain."""
    session.code_image, session.pairing_code, session.code_at = "", "", None


def note(session: GatewaySession, kind: str, **facts) -> None:
    """Add a line to what the page tells of the session."""
    line = {"kind": kind, "at": timezone.now().isoformat(), **facts}
    session.history = [*session.history, line][-HISTORY_LENGTH:]


def _tell_people(session: GatewaySession) -> None:
    details = f"session {session.reason}"
    kind = NoticeKind.CHANNEL_STOPPED
    notices.raise_notice(kind, _cause(session), channel=session.channel, details=details)


def _cause(session: GatewaySession) -> str:
    return f"{NoticeKind.CHANNEL_STOPPED}:{session.channel_id}"


def _move(session: GatewaySession, state: str) -> None:
    if session.state != state:
        session.state, session.since = state, timezone.now()


def _set_status(session: GatewaySession, status: str) -> None:
    Channel.objects.filter(pk=session.channel_id).exclude(status=status).update(status=status)
