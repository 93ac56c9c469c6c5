"""Small things that templates say often. Loaded everywhere (settings, builtins)."""

import unicodedata
from datetime import datetime
from uuid import UUID

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.first_steps import left_for
from accounts.models.users import PREFERENCES
from conversations import phone_numbers
from conversations.formatting import whatsapp_html
from conversations.mentions import marked
from conversations.models import STATUS_TIME_FIELDS, EventKind, Priority

register = template.Library()

HUES = 6
TONES = {"bot": "bot", "queued": "wait", "active": "live", "closed": "mute"}
STATE_GLYPHS = {"bot": "s-bot", "wait": "s-wait", "live": "s-live", "mute": "s-done"}

STATUS_ICONS = {
    "scheduled": "calendar-clock", "queued": "clock", "sending": "clock", "sent": "check",
    "delivered": "check-check", "read": "check-check", "played": "check-check",
    "failed": "circle-alert", "unknown": "circle-help", "cancelled": "ban",
}  # fmt: skip
KIND_ICONS = {
    "image": "image", "audio": "mic", "video": "play", "document": "file-text", "sticker": "smile",
    "location": "map-pin", "contacts": "circle-user", "interactive": "reply", "button": "reply",
    "template": "file-text", "order": "receipt-text", "system": "circle-alert",
    "unsupported": "circle-help",
}  # fmt: skip

register.filter("whatsapp", whatsapp_html)
register.filter("readable_phone", phone_numbers.readable)


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.simple_tag(takes_context=True)
def theme(context) -> str:
    """Return 'light' or 'dark' when this person forced one, '' when the system decides.

    What somebody chose is kept with them; else, and before the login, this browser's cookie tells.
    """
    request = context.get("request")
    if request is None:
        return ""
    user = getattr(request, "user", None)
    choices = (getattr(user, "theme", ""), request.COOKIES.get("theme"))
    return next((chosen for chosen in choices if chosen in ("light", "dark")), "")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    return format_html(
        '<svg class="icon"{} aria-hidden="true"><use href="{}#i-{}"/></svg>',
        _size(size),
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def brand() -> SafeString:
    return format_html(
        '<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><use href="{}#brand"/></svg>',
        static("icons/sprite.svg"),
    )


@register.simple_tag
def state_icon(state_tone: str, size: str = "") -> SafeString:
    """Draw the glyph of a tone: dashed for the bot, half for waiting, full for a person."""
    return format_html(
        '<svg class="state" aria-hidden="true" data-tone="{}"{}><use href="{}#{}"/></svg>',
        state_tone,
        _size(size),
        static("icons/sprite.svg"),
        STATE_GLYPHS.get(state_tone, "s-done"),
    )


@register.filter
def tone(state: str) -> str:
    """Return the colour of a conversation's state."""
    return TONES.get(state, "mute")


@register.filter
def preference(user, key: str):
    """Return what somebody prefers; the default for nobody."""
    return user.preference(key) if hasattr(user, "preference") else PREFERENCES[key]


@register.simple_tag(takes_context=True)
def first_steps_left(context) -> int:
    """Return how many first steps the navigation shows."""
    return left_for(context["user"])


@register.filter
def initials(name: str) -> str:
    """Return one or two letters for an avatar: 'Maria dos Santos' gives 'MS'."""
    words = [word for word in str(name).split() if word[0].isalpha()]
    if not words:
        return "#"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return unicodedata.normalize("NFC", letters).upper()


@register.filter
def hue(key: UUID) -> int:
    """Return a colour number that is always the same for the same row."""
    return key.int % HUES + 1


@register.filter
def clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M") if at else ""


@register.filter
def list_time(at: datetime | None) -> str:
    """Return the time for today, 'yesterday', or the date: as short as a row needs it."""
    if at is None:
        return ""  # localtime(None) would be the present
    local, today = timezone.localtime(at), timezone.localdate()
    days = (today - local.date()).days
    if days <= 0:
        return local.strftime("%H:%M")
    if days == 1:
        return _("yesterday")
    return (
        date_format(local, "SHORT_DATE_FORMAT") if local.year != today.year else _day_month(local)
    )


@register.filter
def day_label(at: datetime) -> str:
    """Return 'Today, 20 November' and the like, for the separators of a thread."""
    local, today = timezone.localtime(at), timezone.localdate()
    if local.year != today.year:
        return date_format(local, "DATE_FORMAT")
    written = date_format(local, "MONTH_DAY_FORMAT")
    names = {0: _("Today, %s"), 1: _("Yesterday, %s")}
    return names.get((today - local.date()).days, "%s") % written


@register.filter
def since(at: datetime) -> str:
    """Return how long ago, in one word; clock.js counts on in the same words."""
    minutes = max(0, int((timezone.now() - at).total_seconds() // 60))
    return duration(minutes)


@register.filter
def until(at: datetime) -> str:
    """Return how long from now, in one word."""
    minutes = max(0, int((at - timezone.now()).total_seconds() // 60))
    return duration(minutes)


def duration(minutes: int) -> str:
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("%d min") % minutes
    if minutes < 24 * 60:
        return _("%d h") % (minutes // 60)
    return _("%d d") % (minutes // (24 * 60))


@register.filter
def iso(at: datetime) -> str:
    return at.isoformat() if at else ""


@register.filter
def moment(text: str) -> datetime:
    """Return the time that an event's data keeps as text."""
    return datetime.fromisoformat(text)


@register.filter
def priority_label(value: int) -> str:
    return Priority(value).label


@register.filter
def event_label(kind: str) -> str:
    """Return what an event of this kind is called."""
    return EventKind(kind).label


@register.filter
def mentions(html: SafeString, people) -> SafeString:
    """Return a note's text with the colleagues it names marked; people: its rows of Mention."""
    return marked(html, [mention.user for mention in people])


@register.filter
def voice(message) -> str:
    """Return whose bubble it is: them, us, bot, system or note."""
    if message.is_note:
        return "note"
    return {"customer": "them", "agent": "us"}.get(message.sender, message.sender)


@register.filter
def status_icon(status: str) -> str:
    """Return the tick of a status: only what WhatsApp has said gives one."""
    return STATUS_ICONS.get(status, "clock")


@register.filter
def status_title(message) -> str:
    """Return the status with the times at which each step was reached."""
    times = [f"{step} {clock(at)}" for step, at in status_times(message)]
    return ", ".join(times) or str(message.get_status_display())


@register.filter
def status_times(message) -> list[tuple[str, datetime]]:
    """Return each step that was reached, with its time."""
    reached = {status: getattr(message, field) for status, field in STATUS_TIME_FIELDS.items()}
    return [(status.label, at) for status, at in reached.items() if at]


@register.filter
def kind_icon(kind: str) -> str:
    return KIND_ICONS.get(kind, "message-square")


def _day_month(local: datetime) -> str:
    # Translators: how a date looks in a narrow row, in the letters of Django's date filter.
    return date_format(local, pgettext("format", "M j"))


def _size(size: str) -> SafeString:
    return format_html(' data-size="{}"', size) if size else SafeString("")
