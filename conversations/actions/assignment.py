"""What happens to people's conversations and queues when the people themselves change."""

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import events as accounts_events
from accounts.models import User
from conversations.access import may_change
from conversations.actions.conversations import return_to_queue
from conversations.actions.errors import Refused
from conversations.models import Conversation, Queue, QueueMembership

log = structlog.get_logger(__name__)


def give_back(user_id, queue_id=None) -> int:
    """Put into their queues the active conversations that somebody may not hold any more.

    All of them when the person is deactivated or only reads now; with `queue_id` those of that
    queue, unless the person belongs to it (again). What somebody was handed personally from a
    queue of others stays with them. May run late or twice. Returns how many.
    """
    user = User.objects.get(pk=user_id)
    held = Conversation.objects.active().filter(assignee=user)
    if user.is_active and may_change(user):
        held = held.filter(queue=queue_id).exclude(queue__in=Queue.objects.for_user(user))
    given = sum(_give_back_one(conversation, user) for conversation in held)
    if given:
        log.info("conversations.given_back", user=str(user_id), conversations=given)
    return given


def join_queues(user_id, queue_ids) -> None:
    """Let somebody who accepted an invitation work in the queues it named, if they still exist."""
    set_queues(user_id, queue_ids)
    accounts_events.publish(accounts_events.access_changed, user_id)


def set_queues(user_id, queue_ids) -> None:
    """Let somebody work in exactly these queues; what they had in kept ones (order) stays."""
    wanted = set(Queue.objects.filter(pk__in=queue_ids).values_list("pk", flat=True))
    with transaction.atomic():
        memberships = QueueMembership.objects.select_for_update().filter(user_id=user_id)
        has = set(memberships.values_list("queue_id", flat=True))
        for membership in memberships.filter(queue__is_active=True).exclude(queue_id__in=wanted):
            membership.delete()
        for queue_id in wanted - has:
            QueueMembership.objects.get_or_create(queue_id=queue_id, user_id=user_id)


@transaction.atomic
def _give_back_one(conversation: Conversation, user: User) -> bool:
    mine = Conversation.objects.select_for_update().filter(pk=conversation.pk, assignee=user)
    if not mine.exists():
        return False  # a colleague has it by now
    # The reason is read by colleagues in the thread: in the site's language.
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("The agent is not available any more")
    try:
        return_to_queue(conversation, by=None, reason=reason)
    except Refused:
        return False  # it was closed in the meantime
    return True
