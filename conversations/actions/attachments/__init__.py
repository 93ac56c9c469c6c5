"""Files of messages: fetched from the provider, handed over to it, sent, tried again.

    a customer's file   pending -> fetch -> stored, or failed with its reason
    a file of ours      stored, its message queued but not due -> upload -> the message is due

Work on a file is claimed by a conditional update that moves `next_attempt_at` into the future, and
renewed while it lasts: a second worker finds nothing to do, a dead one is followed by the sweeper. `attempts` is
the fence: whoever finds it changed has lost the file to somebody else. No transaction is open while
a file is on its way. Locks: those of actions/changes.py.
"""

from conversations.actions.attachments.carrying import carry, due, retry_attachment
from conversations.actions.attachments.sending import send_files

__all__ = ["carry", "due", "retry_attachment", "send_files"]
