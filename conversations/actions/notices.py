"""What administrators and supervisors are to know: one open notice per cause, once per episode."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.actions import audit
from conversations import live
from conversations.models import Channel, Notice, NoticeKind, Waba

log = structlog.get_logger(__name__)


def raise_notice(
    kind: NoticeKind,
    cause: str,
    *,
    channel: Channel | None = None,
    waba: Waba | None = None,
    occurred_at: datetime | None = None,
    **data,
) -> None:
    """Open a notice, or bring the facts of the open one of this cause up to date.

    `cause` (at most 200 characters) names the episode: while its notice is open there is no other.
    `data` are facts without words of ours; nothing personal, no secrets.
    """
    facts = {name: value for name, value in data.items() if value not in (None, "")}
    if Notice.objects.open().filter(cause=cause).update(data=facts):
        return
    notice = Notice(
        kind=kind,
        cause=cause,
        channel=channel,
        waba=waba,
        data=facts,
        occurred_at=occurred_at or timezone.now(),
    )
    # Two at once: the constraint lets one of them be.
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    log.warning("notice.opened", kind=str(kind), cause=cause)
    _tell(notice)


def resolve(*causes: str) -> None:
    """Close the open notices of these causes: what they tell of is over."""
    for notice in list(Notice.objects.open().filter(cause__in=causes)):
        if Notice.objects.open().filter(pk=notice.pk).update(resolved_at=timezone.now()):
            _tell(notice)


def dismiss(notice: Notice, *, by) -> bool:
    """Put a notice away because somebody has seen to it; False when that had happened before."""
    with transaction.atomic():
        rows = Notice.objects.open().filter(pk=notice.pk)
        if not rows.update(resolved_at=timezone.now(), resolved_by=by):
            return False
        audit.record(audit.AuditKind.OBJECT_CHANGED, actor=by, target=notice, notice=notice.kind)
    _tell(notice)
    return True


def _tell(notice: Notice) -> None:
    transaction.on_commit(
        lambda: live.notices_changed(notice.channel_id, notice.waba_id), robust=True
    )
