"""The bell and its list: what somebody has been told, the newest first, by keyset."""

from dataclasses import dataclass
from uuid import UUID

from conversations.access import visible_notifications
from conversations.models import Notification
from conversations.notification_words import address, icon_of, sentence

PAGE_LENGTH = 30
COUNTED = 99  # beyond, the bell says 99+


@dataclass(frozen=True, slots=True)
class Line:
    """One notification as the list shows it."""

    notification: Notification
    text: str
    icon: str
    address: str


@dataclass(frozen=True, slots=True)
class Bell:
    """What the rail shows of them."""

    unread: int
    conversations: str  # ids of those that unread ones are about: opening one reads them
    newest: str  # the id of the newest unread one

    @property
    def label(self) -> str:
        return f"{COUNTED}+" if self.unread > COUNTED else str(self.unread)


def bell_of(user) -> Bell:
    """Return what the bell of this person says, with one query."""
    rows = visible_notifications(user).unread().newest_first()
    found = list(rows.values_list("pk", "conversation")[: COUNTED + 1])
    about = {str(conversation_id) for _pk, conversation_id in found if conversation_id}
    return Bell(len(found), " ".join(sorted(about)), str(found[0][0]) if found else "")


def page_of(user, before: UUID | None = None) -> tuple[list[Line], UUID | None]:
    """Return a page of lines and where the next begins; None at the end."""
    rows = visible_notifications(user).newest_first()
    rows = rows.select_related("conversation__customer", "room__queue", "actor")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE_LENGTH + 1])
    shown = found[:PAGE_LENGTH]
    lines = [Line(row, sentence(row), icon_of(row), address(row)) for row in shown]
    return lines, shown[-1].pk if len(found) > PAGE_LENGTH else None
