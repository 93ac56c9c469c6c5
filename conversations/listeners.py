"""What the pages hear of: connects what has been committed to the open sockets."""

from accounts import events as accounts_events
from conversations import events, live


def connect() -> None:
    """Connect every listener of this app once; called when the app is ready."""
    events.conversations_changed.connect(on_conversations, dispatch_uid="live.conversations")
    accounts_events.availability_changed.connect(on_availability, dispatch_uid="live.availability")
    for signal in (
        accounts_events.user_deactivated,
        accounts_events.access_changed,
        accounts_events.sessions_ended,
    ):
        signal.connect(on_access, dispatch_uid="live.access")


def on_conversations(sender, changes, **kwargs) -> None:
    live.publish(changes)


def on_availability(sender, user_id, **kwargs) -> None:
    live.team_changed(user_id)


def on_access(sender, user_id, **kwargs) -> None:
    live.access_changed(user_id)
