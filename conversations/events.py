"""What this app announces to the floors above, after commit. Nothing here knows who listens."""

from dataclasses import dataclass
from uuid import UUID

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """A conversation moved from one version to the next."""

    conversation_id: UUID
    previous_version: int
    version: int
    queue_ids: frozenset[UUID]  # those that show it, before and after
    user_ids: frozenset[UUID]  # its assignees, before and after
    access_changed: bool  # queue or assignee differ: whoever looks has to be asked again

    def joined(self, later: "ConversationChanged") -> "ConversationChanged":
        """Return this change and a later one of the same conversation as one."""
        return ConversationChanged(
            conversation_id=self.conversation_id,
            previous_version=min(self.previous_version, later.previous_version),
            version=max(self.version, later.version),
            queue_ids=self.queue_ids | later.queue_ids,
            user_ids=self.user_ids | later.user_ids,
            access_changed=self.access_changed or later.access_changed,
        )


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """A room of colleagues moved from one version to the next."""

    room_id: UUID
    previous_version: int
    version: int


# Sent with `changes`: a list of ConversationChanged of one transaction.
conversations_changed = Signal()

# Sent with `conversation_ids`: conversations with the bot in which a customer has written.
bot_should_answer = Signal()

# Sent with `channel_ids`: channels in whose outbox something new waits.
messages_queued = Signal()

# Sent with `attachment_ids`: files to fetch from the provider, or to hand over to it.
attachments_pending = Signal()

# Sent with `conversation_id`: its holder has read what the customer wrote.
conversation_read = Signal()

# Sent with `conversation_id`: its holder is writing an answer, which the customer may see.
agent_writes = Signal()

# Sent with `user_id`, `conversation_id` and `revision`: what somebody has been writing is another text.
draft_changed = Signal()

# Sent with `waba_id`: WhatsApp has templates of this account that we do not have as they are.
templates_outdated = Signal()

# Sent with `through`, the id of a work item: what is parked up to it shall be tried again.
replay_wanted = Signal()

# Sent with `before`, a moment: parked work items that came before it shall be deleted.
purge_wanted = Signal()

# Sent with `import_id`: a file with customers waits for being checked or written.
import_ready = Signal()

# Sent with `change`, a RoomChanged: somebody wrote to colleagues, or took it back.
room_changed = Signal()

# Sent with `user_ids`: their list of rooms, or how far they have read, is another one.
own_rooms_changed = Signal()

# Sent with `user_id`: somebody went out of a room and may hear of it no more.
room_left = Signal()

# Sent with `kept_id` and `merged_id`: two customers are one from now on; the second is no more.
# Their rows everywhere point to the first (actions/merging.py, also how a table may do it itself).
customers_merged = Signal()
