"""Numbers that log in by QR code: connected, watched, brought back (spec/03, 5).

    connect -> a code on the page -> the telephone reads it -> connection.update: open
    a connection that is lost comes back by itself, or is restarted; a log-out needs a new code

The session's row is what pages show. News (news.py) and the check (watching.py) write it under its
lock; no request is made while it is held.
"""

from conversations.actions.gateway.connection import connect, log_out, reconnect
from conversations.actions.gateway.watching import check_due

__all__ = ["check_due", "connect", "log_out", "reconnect"]
