"""What happened to a session that logs in by QR code, in words for people."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from conversations.models import GatewaySession, SessionState
from conversations.providers.gateway.session import may_reconnect

TONES = {
    SessionState.OPEN: "ok",
    SessionState.CONNECTING: "wait",
    SessionState.CLOSED: "bad",
    SessionState.REFUSED: "bad",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a session's history."""

    at: datetime
    tone: str
    title: str
    detail: str = ""


def tone_of(session: GatewaySession | None) -> str:
    """Return the tone of a session's state."""
    return TONES.get(session.state, "mute") if session else "mute"


def history_of(session: GatewaySession) -> list[Happening]:
    """Return what happened, the latest first."""
    return [_happening(line) for line in reversed(session.history)]


def reason_text(reason: int | None) -> str:
    """Say why a session has ended and what is to be done."""
    texts = {
        401: _("Somebody logged the session out on the telephone. Connect it with a new code."),
        402: _(
            "WhatsApp wants something of this number. Look at the telephone, then connect anew."
        ),
        403: _(
            "WhatsApp has banned the number. Look at the telephone; a code alone does not help."
        ),
        406: _("WhatsApp did not accept the session. Connect it with a new code."),
        408: _("The connection timed out. It comes back by itself."),
        428: _("The connection was lost. It comes back by itself."),
        440: _("Another session has taken its place. It comes back by itself."),
    }
    if reason in texts:
        return texts[reason]
    if may_reconnect(reason):
        return _("The connection was lost. It comes back by itself.")
    return _("The session has ended. Connect it with a new code.")


def _happening(line: dict) -> Happening:
    by = line.get("by", "")
    titles = {
        "asked": ("wait", _("A code was asked for"), by),
        "open": ("ok", _("Connected"), ""),
        "close": ("bad", _("Disconnected"), reason_text(line.get("reason"))),
        "refused": ("bad", _("The QR codes are used up"), _("Nobody has read one in time.")),
        "restart": ("wait", _("Restarted"), by or _("By itself")),
        "log_out": ("mute", _("Logged out"), by),
    }
    tone, title, detail = titles.get(line.get("kind"), ("mute", line.get("kind", ""), ""))
    return Happening(datetime.fromisoformat(line["at"]), tone, title, detail)
