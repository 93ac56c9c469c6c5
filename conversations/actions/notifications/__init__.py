"""What single people are to hear of: one row per person and cause, told to their pages and browsers."""

from conversations.actions.notifications.writing import notify

__all__ = ["notify"]
