"""Who looks at a conversation, and who writes there.

Nothing of it is stored. A tab that opens a conversation says so to its group and asks who else is
there; the others answer. It says so again with each heartbeat (25 s), and pages forget whom they
have not heard of for a minute: so a lost word heals by itself, and so does a tab that died without
one. What leaves, loses the right or is closed says `gone` at once. Consumers say these words for
people whose rights they have checked (consumers.py); a page cannot name anybody but itself.
"""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from conversations.live import conversation_group
from helpdesk.core.announce import announce_now


@dataclass(frozen=True, slots=True)
class Viewer:
    """One tab of one person; the same person may look with two."""

    user_id: UUID
    name: str
    picture: str = ""
    id: str = field(default_factory=lambda: uuid4().hex)

    def here(self, conversation_id: UUID, *, asks: bool = False) -> None:
        """Tell that this tab looks; `asks`: the others shall tell that they do."""
        facts = {"user": self.user_id, "name": self.name, "picture": self.picture, "asks": asks}
        self._tell("viewer.here", conversation_id, **facts)

    def gone(self, conversation_id: UUID) -> None:
        """Tell that this tab looks no more."""
        self._tell("viewer.gone", conversation_id)

    def writes(self, conversation_id: UUID, *, is_note: bool) -> None:
        """Tell that somebody is writing in this tab."""
        self._tell("viewer.writes", conversation_id, note=is_note)

    def _tell(self, kind: str, conversation_id: UUID, **facts) -> None:
        event = {"type": kind, "conversation": conversation_id, "viewer": self.id, **facts}
        announce_now(conversation_group(conversation_id), event)


def viewer_of(user) -> Viewer:
    """Return a new tab of this person."""
    return Viewer(user.pk, str(user), user.avatar_url)
