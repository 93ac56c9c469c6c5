"""Raw webhooks: clearing up old ones, and what was set aside: tried again or given up."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models import site_setting
from accounts.models.audit import AuditKind
from conversations import events
from conversations.actions.errors import Refused
from conversations.actions.ingest import UNAUTHORIZED, replay
from conversations.models import HandledNotice, WebhookEvent, WorkItem

REPLAY_AT_ONCE = 1_000
PRUNE_AT_ONCE = 5_000


def prune() -> int:
    """Delete raw webhooks older than the setting allows; return how many.

    What is parked or still waiting stays, with its body, until somebody has looked at it.
    """
    limit = timezone.now() - timedelta(days=site_setting("webhook_retention_days"))
    open_ids = WorkItem.objects.filter(processed_at=None).values("event_id")
    HandledNotice.objects.filter(handled_at__lt=limit).delete()
    deleted = 0
    while True:
        old = WebhookEvent.objects.filter(received_at__lt=limit).exclude(pk__in=open_ids)
        ids = list(old.values_list("pk", flat=True)[:PRUNE_AT_ONCE])
        if not ids:
            return deleted
        WorkItem.objects.filter(event_id__in=ids).delete()
        WebhookEvent.objects.filter(pk__in=ids).delete()
        deleted += len(ids)


def replay_all(*, by) -> int:
    """Have everything that is parked tried again in the background; return how much there is.

    Repeating it is harmless: what is no longer parked is left alone, and a message that is stored
    is recognised. Raises Refused when there is nothing that could be tried again.
    """
    newest = _replayable().order_by("-id").values_list("pk", flat=True).first()
    if newest is None:
        raise Refused(_("Nothing is parked that could be tried again."), "nothing_parked")
    count = _replayable().count()
    with transaction.atomic():
        audit.record(AuditKind.REPLAY, actor=by, target=WorkItem, items=count)
        transaction.on_commit(lambda: events.replay_wanted.send(sender=WorkItem, through=newest))
    return count


def replay_one(item: WorkItem, *, by) -> WorkItem:
    """Have one parked item tried again. Raises Refused when it is not parked or never can be."""
    with transaction.atomic():
        if not replay([item.pk]):
            raise Refused(
                _("This item is not parked any more, or its signature speaks for another number."),
                "not_parked",
            )
        audit.record(AuditKind.REPLAY, actor=by, target=item, items=1)
    return item


def replay_through(newest: int) -> int:
    """Free parked items up to this id, a batch at a time; return how many.

    Bounded by an id, so that what is parked again meanwhile is not tried for ever.
    """
    freed, after = 0, 0
    while True:
        rows = _replayable().filter(pk__gt=after, pk__lte=newest).order_by("id")
        ids = list(rows.values_list("pk", flat=True)[:REPLAY_AT_ONCE])
        if not ids:
            return freed
        freed += replay(ids)
        after = ids[-1]


def count_older(days: int) -> int:
    """Return how many parked items came more than so many days ago."""
    return _parked_before(days).count()


def purge_parked(days: int, *, by) -> None:
    """Have parked items that came more than so many days ago deleted for good, in the background.

    Raises Refused when there are none.
    """
    count = count_older(days)
    if not count:
        raise Refused(_("No parked item is that old."), "nothing_parked")
    with transaction.atomic():
        audit.record(
            AuditKind.RETENTION, actor=by, target=WorkItem, items=count, older_than_days=days
        )
        limit = timezone.now() - timedelta(days=days)
        transaction.on_commit(lambda: events.purge_wanted.send(sender=WorkItem, before=limit))


def delete_parked(before: datetime) -> int:
    """Delete the parked items that came before a moment, a batch at a time; return how many.

    Their raw bodies stay until the retention of webhooks is over: others may share them.
    """
    deleted = 0
    while True:
        rows = WorkItem.objects.parked().filter(received_at__lt=before).order_by("id")
        ids = list(rows.values_list("pk", flat=True)[:PRUNE_AT_ONCE])
        if not ids:
            return deleted
        deleted += WorkItem.objects.parked().filter(pk__in=ids).delete()[0]


def _parked_before(days: int):
    return WorkItem.objects.parked().filter(received_at__lt=timezone.now() - timedelta(days=days))


def _replayable():
    return WorkItem.objects.parked().exclude(error__startswith=UNAUTHORIZED)
