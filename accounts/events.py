"""What this app announces to the floors above, always after commit.

Every signal is sent with `user_id`; who listens is not known here. A failing listener is logged
by Django and does not disturb the others.
"""

from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

# Also `availability` and `previous`: somebody became available, away or offline.
availability_changed = Signal()

# Somebody may not work here any more: sessions are gone, sockets and conversations remain to do.
user_deactivated = Signal()

# Somebody's role or queues changed: what their sockets were allowed has to be asked again.
access_changed = Signal()

# Also `session_keys`: these sessions have ended, their sockets have to go.
sessions_ended = Signal()

# Also `queue_ids`: somebody has come in by an invitation that named these queues (as texts).
invitation_accepted = Signal()


def publish(signal: Signal, user_id: UUID, **facts) -> None:
    """Send after commit; nothing is sent when the transaction is rolled back."""
    transaction.on_commit(lambda: signal.send_robust(sender=None, user_id=user_id, **facts))
