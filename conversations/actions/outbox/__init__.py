"""From queued messages to WhatsApp: claim, attempt, send, settle.

A message with the status `queued` is its own outbox entry. One turn at a time works a channel, under
a lease with a fence. A claim and its SendAttempt are committed together, a handful just before their
requests start; whatever has an attempt and no answer is never sent again blindly.
"""

from conversations.actions.outbox.sweep import sweep
from conversations.actions.outbox.turn import has_turn, send_due
from conversations.actions.outbox.waking import answer, may_wake

__all__ = ["answer", "has_turn", "may_wake", "send_due", "sweep"]
