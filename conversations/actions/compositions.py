"""What ends when the composer's text is sent: its draft, and the count of what it was made from."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from conversations.actions.drafts import finish_draft
from conversations.models import CannedResponse, Conversation


@dataclass(frozen=True, slots=True)
class Composition:
    """A text as it stood in the composer.

    revision: the number its draft takes when it is sent; None when there is no draft. canned: the
    canned responses that were inserted.
    """

    revision: int | None = None
    canned: tuple[UUID, ...] = ()

    def end(self, conversation: Conversation, by) -> None:
        """Empty the draft and count the uses, inside the transaction that sends."""
        finish_draft(conversation, by=by, revision=self.revision)
        if self.canned:
            rows = CannedResponse.objects.for_user(by).filter(pk__in=self.canned)
            rows.update(uses=F("uses") + 1)


NOTHING = Composition()
