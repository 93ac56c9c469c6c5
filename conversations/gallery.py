"""The files of a customer's conversations, newest first, as far as a reader may see them."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from conversations.access import visible_conversations
from conversations.models import Attachment, AttachmentState, Customer, MessageKind

PER_PAGE = 24
KINDS = {
    "pictures": (_("Pictures and films"), [MessageKind.IMAGE, MessageKind.VIDEO]),
    "documents": (_("Documents"), [MessageKind.DOCUMENT]),
    "sound": (_("Sound"), [MessageKind.AUDIO]),
}


@dataclass(frozen=True, slots=True)
class Gallery:
    """One page of files; `after` is the id to go on with, None at the end."""

    kind: str
    files: list[Attachment]
    after: UUID | None


def gallery_of(customer: Customer, user, kind: str = "", after: UUID | None = None) -> Gallery:
    """Return the stored files of one kind after a given one; the first kind for an unknown one."""
    kind = kind if kind in KINDS else next(iter(KINDS))
    rows = Attachment.objects.filter(
        state=AttachmentState.STORED,
        message__kind__in=KINDS[kind][1],
        message__revoked_at=None,
        message__conversation__in=visible_conversations(user).filter(customer=customer),
    )
    if after is not None:
        rows = rows.filter(pk__lt=after)
    # Ids are in the order of time (UUIDv7).
    found = list(rows.select_related("message").order_by("-id")[: PER_PAGE + 1])
    files = found[:PER_PAGE]
    return Gallery(kind, files, files[-1].pk if len(found) > PER_PAGE else None)
