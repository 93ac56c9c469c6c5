"""One line of a message for lists and quotes, in the language of the moment."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conversations import contents

TEXTS = {"text", "template", "interactive", "button"}

# What WhatsApp does not pass on, by the name it gives it (spec/03, 2.1).
NOT_PASSED_ON = {
    "button": gettext_lazy("a button"),
    "edit": gettext_lazy("an edited message"),
    "errors": gettext_lazy("a message that WhatsApp could not read"),
    "gif": gettext_lazy("a GIF"),
    "group_invite": gettext_lazy("an invitation to a group"),
    "hsm": gettext_lazy("a template message"),
    "image": gettext_lazy("a picture"),
    "video": gettext_lazy("a video"),
    "audio": gettext_lazy("an audio"),
    "document": gettext_lazy("a document"),
    "sticker": gettext_lazy("a sticker"),
    "contacts": gettext_lazy("a contact card"),
    "interactive": gettext_lazy("an interactive message"),
    "keep_in_chat": gettext_lazy("a message kept in the chat"),
    "link_preview": gettext_lazy("a link with a preview"),
    "list": gettext_lazy("a list"),
    "location": gettext_lazy("a live location"),
    "media_placeholder": gettext_lazy("a file that was not there yet"),
    "order": gettext_lazy("an order"),
    "pin": gettext_lazy("a pinned message"),
    "poll_creation": gettext_lazy("a poll"),
    "poll_update": gettext_lazy("a vote in a poll"),
    "product": gettext_lazy("a product"),
    "reaction": gettext_lazy("a reaction"),
}
# Names that say no more than that it is not supported.
NAMELESS = {"", "unsupported", "unknown"}


def what_was_sent(payload: dict) -> str:
    """Return what the customer sent that was not passed on; '' when WhatsApp does not say."""
    name = payload.get("unsupported_type")
    if not isinstance(name, str) or name in NAMELESS:
        return ""
    return str(NOT_PASSED_ON.get(name, f"“{name[:40]}”"))


def preview_of(kind: str, body: str, payload: dict) -> str:
    """Return one line about a message; '' where its kind's own name says it best."""
    text = " ".join(body.split())
    if kind in TEXTS:
        return text
    if kind in _READERS:
        return _READERS[kind](text, payload)
    return text


def _named(label: str, text: str) -> str:
    return f"{label}: {text}" if text else label


def _location(text: str, payload: dict) -> str:
    return _named(_("Location"), text)


def _contacts(text: str, payload: dict) -> str:
    return _named(_("Contact card"), text)


def _audio(text: str, payload: dict) -> str:
    return text or (_("Voice message") if contents.is_voice(payload) else "")


def _document(text: str, payload: dict) -> str:
    return text or contents.filename(payload)


def _order(text: str, payload: dict) -> str:
    order = contents.order(payload)
    if order is None:
        return _named(_("Order"), text)
    count = len(order.lines)
    return ngettext("Order: %(count)d product", "Order: %(count)d products", count) % {
        "count": count
    }


def _unsupported(text: str, payload: dict) -> str:
    sent = what_was_sent(payload)
    return text or (_("Not shown by WhatsApp: %(what)s") % {"what": sent} if sent else "")


def _system(text: str, payload: dict) -> str:
    words = {
        "call": _("Missed call"),
        "welcome": _("Opened the chat"),
        "number": _("Changed their number"),
        "user_id": _("Changed their WhatsApp id"),
        "identity": _("Security code changed"),
    }
    return words.get(contents.entry(payload)) or text


_READERS = {
    "location": _location,
    "contacts": _contacts,
    "audio": _audio,
    "document": _document,
    "order": _order,
    "unsupported": _unsupported,
    "system": _system,
}
