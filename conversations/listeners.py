"""What the pages hear of: connects what has been committed to the open sockets."""

from accounts import events as accounts_events
from conversations import events, live, room_live


def connect() -> None:
    """Connect every listener of this app once; called when the app is ready."""
    events.conversations_changed.connect(on_conversations, dispatch_uid="live.conversations")
    events.draft_changed.connect(on_draft, dispatch_uid="live.drafts")
    events.room_changed.connect(on_room, dispatch_uid="live.rooms")
    events.own_rooms_changed.connect(on_own_rooms, dispatch_uid="live.rooms")
    events.room_left.connect(on_access, dispatch_uid="live.rooms")
    events.conversations_changed.connect(_notify, dispatch_uid="notifications.derive")
    events.conversation_read.connect(_read, dispatch_uid="notifications.read")
    accounts_events.availability_changed.connect(on_availability, dispatch_uid="live.availability")
    for signal in (
        accounts_events.user_deactivated,
        accounts_events.access_changed,
        accounts_events.sessions_ended,
    ):
        signal.connect(on_access, dispatch_uid="live.access")


def on_conversations(sender, changes, **kwargs) -> None:
    live.publish(changes)


def on_draft(sender, user_id, conversation_id, revision, **kwargs) -> None:
    live.draft_changed(user_id, conversation_id, revision)


def on_room(sender, change, **kwargs) -> None:
    room_live.publish(change)


def on_own_rooms(sender, user_ids, **kwargs) -> None:
    room_live.own_rooms_changed(user_ids)


def on_availability(sender, user_id, **kwargs) -> None:
    live.team_changed(user_id)


def on_access(sender, user_id, **kwargs) -> None:
    live.access_changed(user_id)


def _notify(sender, changes, **kwargs) -> None:
    from conversations.actions.notifications import derive

    derive(changes)


def _read(sender, conversation_id, **kwargs) -> None:
    from conversations.actions.notifications import read_by_holder

    read_by_holder(conversation_id)
