"""After commit: the person's open pages hear of what is new."""

from collections import defaultdict

import structlog

from conversations import live
from conversations.models import Notification

log = structlog.get_logger(__name__)


def tell(rows: list[Notification]) -> None:
    """Tell the people of these rows. Never raises: their pages ask for what is lost."""
    by_person = defaultdict(list)
    for row in rows:
        by_person[row.user_id].append(row)
    for user_id in by_person:
        try:
            live.notifications_changed(user_id)
        except Exception:
            log.exception("notifications.not_told", user=str(user_id))
