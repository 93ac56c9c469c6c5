"""What a closing reason asks for before a conversation may be closed with it.

`ClosingReason.required_fields` holds names: `note` (the summary), `tags` (of the conversation), the
customer's own fields (`contract`, `plan`, `document`, ...) and keys of AttributeDefinition.
"""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.actions.errors import Refused
from conversations.customer_fields import ATTRIBUTE, COLUMNS, CustomerField, field_named
from conversations.models import ClosingReason, Conversation

NOTE = CustomerField("note", _("Summary"), "note")
TAGS = CustomerField("tags", _("Tags"), "tags")


def required_fields(reason: ClosingReason | None) -> list[CustomerField]:
    """Return what the reason asks for; names that mean nothing any more are left out."""
    names = reason.required_fields if reason else []
    return [field for name in names if (field := _field(str(name))) is not None]


def missing_fields(conversation: Conversation, reason, note: str) -> list[CustomerField]:
    """Return those of the reason's fields that nobody has filled in."""
    return [field for field in required_fields(reason) if not _is_filled(conversation, field, note)]


def asked_of_customer(reason: ClosingReason | None) -> list[CustomerField]:
    """Return those of the reason's fields that are the customer's."""
    return [field for field in required_fields(reason) if field not in (NOTE, TAGS)]


def require_fields(conversation: Conversation, reason, note: str) -> None:
    """Raise Refused when something that the reason asks for is missing."""
    missing = missing_fields(conversation, reason, note)
    if missing:
        text = gettext("Fill in before closing with this reason: %(fields)s.")
        raise Refused(text % {"fields": _in_words(missing)}, "missing_fields")


def _field(name: str) -> CustomerField | None:
    if name == NOTE.name:
        return NOTE
    if name == TAGS.name:
        return TAGS
    return COLUMNS.get(name) or field_named(f"{ATTRIBUTE}{name.removeprefix(ATTRIBUTE)}")


def _is_filled(conversation: Conversation, field: CustomerField, note: str) -> bool:
    if field == NOTE:
        return bool(note.strip())
    if field == TAGS:
        return conversation.tags.exists()
    return field.value(conversation.customer) not in (None, "", [])


def _in_words(fields: Iterable[CustomerField]) -> str:
    return ", ".join(str(field.label) for field in fields)
