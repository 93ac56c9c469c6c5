"""What ends because nobody is there any more."""

from accounts.actions.presence import put_absent_offline
from accounts.actions.sessions import end_stale_sessions


def end_what_absence_ends() -> None:
    """Put offline whose page has gone, and end the sessions whose time is over."""
    put_absent_offline()
    end_stale_sessions()
