"""The log beside the phone: every request in either direction, newest first."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.db.models import Q
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from conversations.models import Channel, SimulatorCall, SimulatorDelivery
from conversations.providers.simulator import wire
from conversations.providers.simulator.errors import title_of
from conversations.providers.simulator.gateway_wire import WEBHOOKS, for_log

SHOWN = 40
SUCCESS = (200, 201)
ALL, INCOMING, OUTGOING, ERRORS = "all", "in", "out", "errors"
FILTERS = {
    ALL: pgettext_lazy("requests", "All"),
    INCOMING: gettext_lazy("In"),
    OUTGOING: gettext_lazy("Out"),
    ERRORS: gettext_lazy("With errors"),
}
_EXPLAINED = {
    "message": gettext_lazy("The customer wrote."),
    "sent": gettext_lazy("WhatsApp has sent the message on its way."),
    "delivered": gettext_lazy("The message has reached the phone."),
    "read": gettext_lazy("The customer has read the message."),
    "played": gettext_lazy("The customer has played the voice note."),
    "failed": gettext_lazy("The message could not be delivered."),
    "echo": gettext_lazy("Somebody of ours wrote on the business's own phone."),
    "call": gettext_lazy("The customer calls."),
    "preference": gettext_lazy("The customer has decided about marketing."),
    "send.message": gettext_lazy("The gateway tells of what was sent through it."),
    "qrcode.updated": gettext_lazy("The gateway shows another code."),
    "connection.update": gettext_lazy("The gateway tells how the session stands."),
    "status.instance": gettext_lazy("The gateway tells how the session stands."),
    "logout.instance": gettext_lazy("The session was logged out."),
}
_STATUS_NAMES = {
    "message": gettext_lazy("message"),
    "sent": gettext_lazy("sent"),
    "delivered": gettext_lazy("delivered"),
    "read": gettext_lazy("read"),
    "played": gettext_lazy("played"),
    "failed": gettext_lazy("failed"),
    "echo": gettext_lazy("our phone"),
    "call": gettext_lazy("call"),
    "preference": gettext_lazy("preference"),
}
_TOKEN = re.compile(r'("(?:\\.|[^"\\])*")(\s*:)?|(-?\b\d+(?:\.\d+)?\b|\btrue\b|\bfalse\b|\bnull\b)')


@dataclass(slots=True)
class Line:
    """One request; `incoming` as we see it: WhatsApp told us something."""

    key: str
    at: datetime
    incoming: bool
    method: str
    path: str
    result: str
    tone: str
    milliseconds: int | None
    explanation: str
    body: Any
    answer: Any = None
    delivery: SimulatorDelivery | None = None

    @property
    def body_html(self) -> SafeString:
        """Return what was sent, coloured."""
        return coloured_json(self.body)

    @property
    def answer_html(self) -> SafeString:
        """Return what was answered, coloured."""
        return coloured_json(self.answer)


def lines(channel: Channel, chosen: str = ALL) -> list[Line]:
    """Return the newest requests of a channel, filtered by one of FILTERS."""
    deliveries, calls = _rows(channel, chosen)
    found = [_delivery_line(row) for row in deliveries.order_by("-id")[:SHOWN]]
    found += [_call_line(row) for row in calls.order_by("-id")[:SHOWN]]
    return sorted(found, key=lambda line: line.at, reverse=True)[:SHOWN]


def counts(channel: Channel) -> dict[str, int]:
    """Return how many requests each filter has."""
    numbers = {}
    for name in FILTERS:
        deliveries, calls = _rows(channel, name)
        numbers[name] = deliveries.count() + calls.count()
    return numbers


def clear(channel: Channel) -> None:
    """Forget the requests so far; what is still to be delivered stays."""
    channel.simulator_deliveries.exclude(delivered_at=None).delete()
    channel.simulator_calls.all().delete()


def coloured_json(value: Any) -> SafeString:
    """Return JSON for reading, keys and values marked for colour."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    parts, end = [], 0
    for match in _TOKEN.finditer(text):
        parts.append(escape(text[end : match.start()]))
        kind = "k" if match[2] else "s" if match[1] else "n"
        parts.append(
            format_html('<span class="{}">{}</span>{}', kind, match[1] or match[3], match[2] or "")
        )
        end = match.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308 every part is escaped above


def _rows(channel: Channel, chosen: str):
    deliveries, calls = channel.simulator_deliveries.all(), channel.simulator_calls.all()
    if chosen == INCOMING:
        return deliveries, calls.none()
    if chosen == OUTGOING:
        return deliveries.none(), calls
    if chosen == ERRORS:
        failing = Q(kind="failed") | Q(delivered_at=None, attempts__gt=0)
        return deliveries.filter(failing), calls.exclude(http_status__in=SUCCESS)
    return deliveries, calls


def _delivery_line(row: SimulatorDelivery) -> Line:
    tone, result = _delivery_result(row)
    return Line(
        key=f"d{row.pk}",
        at=row.delivered_at or row.created_at,
        incoming=True,
        method="POST",
        path=_webhook_path(row),
        result=result,
        tone=tone,
        milliseconds=row.duration_ms,
        explanation=_delivery_explanation(row),
        body=for_log(row.entry) if "event" in row.entry else row.entry,
        delivery=row,
    )


def _webhook_path(row: SimulatorDelivery) -> str:
    """The end of a gateway's path is a secret."""
    is_gateway = "event" in row.entry
    return f"{WEBHOOKS}…" if is_gateway else wire.WEBHOOK_PATH


def _delivery_result(row: SimulatorDelivery) -> tuple[str, str]:
    if row.delivered_at:
        return ("bad" if row.kind == "failed" else "ok"), str(_STATUS_NAMES.get(row.kind, row.kind))
    if row.attempts and row.due_at > timezone.now() and row.error:
        return "bad", str(row.http_status or _("no answer"))
    return "mute", _("on its way")


def _delivery_explanation(row: SimulatorDelivery) -> str:
    said = str(_EXPLAINED.get(row.kind, row.kind))
    if row.delivered_at:
        return said
    if row.error or row.http_status:
        return _("%(said)s Not accepted yet after %(attempts)d attempts. %(error)s") % {
            "said": said, "attempts": row.attempts, "error": row.error,
        }  # fmt: skip
    return said


def _call_line(row: SimulatorCall) -> Line:
    if row.http_status in SUCCESS:
        tone, result, said = (
            "ok",
            str(row.http_status),
            _("We asked WhatsApp. This is the request and its answer."),
        )
    elif row.http_status == 0:
        tone, result = "bad", _("cut")
        said = _("Accepted, but the connection was cut before the answer.")
    else:
        tone, result = "bad", str(row.error_code or row.http_status)
        is_gateway = row.path.startswith("/simulator/gateway")
        said = _("The gateway refused.") if is_gateway else f"{title_of(row.error_code or 0)}."
    return Line(
        key=f"c{row.pk}",
        at=row.created_at,
        incoming=False,
        method=row.method,
        path=unquote(row.path.removeprefix("/simulator/graph").removeprefix("/simulator/gateway")),
        result=result,
        tone=tone,
        milliseconds=row.duration_ms,
        explanation=said,
        body=row.body,
        answer=row.answer,
    )
