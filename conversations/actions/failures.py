"""What follows when WhatsApp has refused a message for good.

Locks: those of whoever stores the outcome (results.py, statuses.py), then the message's target.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from conversations.actions.changes import Changes
from conversations.actions.channels import pause_for_error
from conversations.actions.reactions import take_back
from conversations.models import Contact, Message, MessageKind, SendAttempt
from conversations.providers.base import ProviderError
from conversations.providers.cloud.errors import rule_of

WINDOW_CLOSED = 131047
NEWS_FOR = timedelta(minutes=10)


def note_failure(changes: Changes, message: Message) -> None:
    """Correct what we believed: the service window, the emoji on a bubble. May be repeated."""
    if message.error_code == WINDOW_CLOSED:
        _close_window(message)
    if message.kind == MessageKind.REACTION:
        take_back(changes, message)
    if rule_of(message.error_code).decision == "channel":
        _stop_channel(message)


def _stop_channel(message: Message) -> None:
    """Payment, policy and the like may be told by a status only; what is old news stops nothing."""
    if message.failed_at and timezone.now() - message.failed_at < NEWS_FOR:
        code, details = message.error_code, message.error_text
        error = ProviderError(code=code, decision="channel", details=details)
        pause_for_error(message.channel, error)


def _close_window(message: Message) -> None:
    """WhatsApp's clock counts (spec/03, 4.1), unless the customer has written since we asked."""
    attempts = SendAttempt.objects.filter(message=message).order_by("-started_at")
    asked_at = attempts.values_list("started_at", flat=True).first() or message.created_at
    now = timezone.now()
    believed_open = Contact.objects.filter(pk=message.contact_id, window_expires_at__gt=now)
    believed_open.filter(Q(last_inbound_at=None) | Q(last_inbound_at__lte=asked_at)).update(
        window_expires_at=now
    )
