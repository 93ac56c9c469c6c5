"""What the gateway says of a session by webhook: codes, connections, ends (spec/03, 5.4)."""

from conversations.actions.gateway.sessions import (
    changing_session,
    closed,
    opened,
    show_code,
    used_up,
    waiting,
)
from conversations.actions.ingest.notices import handles
from conversations.models import Channel, GatewaySession, ProviderName
from conversations.phone_numbers import readable
from conversations.providers.base import AccountNotice
from conversations.providers.cloud.wire import mapping, whole_number
from conversations.providers.gateway.jids import phone_of
from conversations.providers.gateway.session import CLOSED, CONNECTING, OPEN, REFUSED, code_of

LOGGED_OUT = 401


@handles("connection.update")
def note_connection(notice: AccountNotice, channel: Channel | None) -> None:
    """Follow the state of the connection; what names none of the four says nothing."""
    data = notice.payload
    acts = {
        OPEN: lambda session: opened(session, readable(phone_of(data.get("wuid")))),
        CONNECTING: lambda session: waiting(session),
        CLOSED: lambda session: closed(session, whole_number(data.get("statusReason"))),
        REFUSED: used_up,
    }
    state = data.get("state")
    _change(channel, acts.get(state) if isinstance(state, str) else None)


@handles("qrcode.updated")
def note_code(notice: AccountNotice, channel: Channel | None) -> None:
    """Show the next code; without one it is the last that is told, and the limit is reached."""
    code = code_of(notice.payload)
    if code is not None:
        _change(channel, lambda session: show_code(session, code))
    elif "qrcode" not in notice.payload and "statusCode" in notice.payload:
        _change(channel, used_up)


@handles("status.instance")
def note_status(notice: AccountNotice, channel: Channel | None) -> None:
    """Follow an instance that was closed, with its reason."""
    data = mapping(notice.payload)
    if data.get("status") == "closed":
        reason = whole_number(data.get("disconnectionReasonCode"))
        _change(channel, lambda session: closed(session, reason))


@handles("logout.instance", "remove.instance")
def note_end(notice: AccountNotice, channel: Channel | None) -> None:
    """The session is over, at the telephone or at the gateway: only a new code helps."""
    _change(channel, lambda session: closed(session, LOGGED_OUT))


def _change(channel: Channel | None, act) -> None:
    if channel is None or channel.provider != ProviderName.GATEWAY or act is None:
        return
    with changing_session(channel) as session:
        assert isinstance(session, GatewaySession)
        act(session)
