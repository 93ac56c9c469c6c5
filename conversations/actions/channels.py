"""Keeping an eye on the connected numbers; letting them rest, and letting them go on.

A pause has a cause. What an error stopped goes on when a check finds the number well; what a
person stopped goes on when a person says so.
"""

import time
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from conversations import events, webhook_secrets
from conversations.actions import notices
from conversations.actions.errors import Refused
from conversations.models import Channel, ChannelStatus, NoticeKind, PauseCause, ProviderName
from conversations.providers import registry
from conversations.providers.base import ProviderError
from conversations.providers.cloud.health import facts_of, is_blocked

log = structlog.get_logger(__name__)

# A round comes every minute. Meta allows 200 questions an hour and account (spec/03, 3.4), so a
# number that is well is asked every 5 minutes, one that is not in each round.
CHECK_EVERY = timedelta(minutes=5)
CHECK_UNWELL_EVERY = timedelta(seconds=50)
CHECKS_A_ROUND = 60
ROUND_SECONDS = 40.0
HEARD_EVERY = timedelta(minutes=1)
REASON_LENGTH = 200
# What a check that goes well disproves. Payment, policy and the like show only in health_status.
DISPROVED_BY_ANY_ANSWER = frozenset([None, 0, 3, 10, 33, 190, 131005, *range(200, 300)])
PAYMENT_CODES = frozenset([131042, 134011])
QUALITY_RANK = {"GREEN": 3, "YELLOW": 2, "RED": 1}

_heard: dict[UUID, float] = {}  # of this process: when it last wrote, so that most batches do not


def check_all() -> None:
    """Ask the providers of the channels that were asked longest ago; a few in each round.

    Sessions of the gateway have a watch of their own (actions/gateway/watching.py).
    """
    ends_at = time.monotonic() + ROUND_SECONDS
    for channel in _due():
        if time.monotonic() > ends_at:
            return  # the rest is still the oldest in the next round
        if not _claim(channel):
            continue
        try:
            check(channel)
        except Exception:
            # One number's trouble must not leave the others unwatched.
            log.exception("channel.check_failed", channel=str(channel.pk))


def check(channel: Channel) -> bool:
    """Ask the provider how the number is, keep the answer, and act on it.

    A channel that an error stopped and that is well goes on sending; a person's pause stays.
    """
    answer = registry.get(channel.provider).check_health(channel)
    health = health_from(answer)
    is_well = bool(answer["ok"])
    blocked = ChannelStatus.BLOCKED if is_blocked(answer["raw"]) else ChannelStatus.DISCONNECTED
    changed = {"health": health, "checked_at": timezone.now()}
    changed["status"] = ChannelStatus.CONNECTED if is_well else blocked
    if not channel.display_phone_number and health["facts"].get("number"):
        changed["display_phone_number"] = health["facts"]["number"][:32]
    Channel.objects.filter(pk=channel.pk).update(**changed)
    _note_quality(channel, health)
    if is_well:
        well_again(channel, proof=answer["raw"])
    else:
        log.warning("channel.unwell", channel=str(channel.pk))
        _note_unwell(channel, answer["error"], changed["status"])
    return is_well


def health_from(answer: dict) -> dict:
    """Return what is kept of a provider's check: codes and facts, no sentence of ours."""
    error = answer["error"]
    facts, complaints = facts_of(answer["raw"])
    return {
        "ok": bool(answer["ok"]),
        "error": error and {"code": error.code, "details": error.details[:300]},
        "complaints": complaints,
        "facts": facts,
        "raw": answer["raw"],
        "checked_at": timezone.now().isoformat(),
    }


def pause(channel: Channel, *, by, reason: str = "") -> None:
    """Stop a channel's queue by hand; what waits in it stays. Raises Refused when it stands already."""
    reason = reason.strip()[:REASON_LENGTH]
    with transaction.atomic():
        paused = Channel.objects.filter(pk=channel.pk).exclude(paused_reason=PauseCause.PERSON)
        changed = _pause_fields(PauseCause.PERSON, {"by": str(by), "reason": reason})
        if not paused.update(**changed):
            raise Refused(_("This number is paused already."), "paused")
        _record(channel, by, before=channel.paused_reason, after=PauseCause.PERSON, reason=reason)
    log.info("channel.paused", channel=str(channel.pk), by=str(by.pk))


def resume(channel: Channel, *, by) -> None:
    """Let a paused channel send again, after somebody has mended what was wrong."""
    with transaction.atomic():
        rows = Channel.objects.filter(pk=channel.pk).exclude(paused_reason="")
        if rows.update(**_pause_fields("", {}, None)):
            _record(channel, by, before=channel.paused_reason, after="")
            notices.resolve(*_causes_of_pause(channel))
            transaction.on_commit(
                lambda: events.messages_queued.send_robust(Channel, channel_ids=[channel.pk])
            )
    webhook_secrets.forget()
    log.info("channel.resumed", channel=str(channel.pk), by=str(by.pk))


def pause_for_error(channel: Channel, error: ProviderError) -> None:
    """Stop a channel's queue instead of burning it, and tell people; the messages stay queued."""
    facts = {"code": error.code, "details": (error.details or error.title)[:300]}
    rows = Channel.objects.filter(pk=channel.pk, paused_reason="")
    if rows.update(**_pause_fields(PauseCause.ERROR, facts)):
        kind = NoticeKind.PAYMENT if error.code in PAYMENT_CODES else NoticeKind.CHANNEL_STOPPED
        notices.raise_notice(kind, f"{kind}:{channel.pk}", channel=channel, **facts)


def well_again(channel: Channel, proof: dict | None = None) -> None:
    """End the pause that an error made, if `proof` (what a check was told) disproves the error."""
    row = Channel.objects.filter(pk=channel.pk).values("paused_reason", "paused_facts").first()
    if row is None or row["paused_reason"] == PauseCause.PERSON:
        return
    code = (row["paused_facts"] or {}).get("code")
    available = ((proof or {}).get("health_status") or {}).get("can_send_message") == "AVAILABLE"
    if row["paused_reason"] and code not in DISPROVED_BY_ANY_ANSWER and not available:
        return
    still = Channel.objects.filter(pk=channel.pk, paused_reason=row["paused_reason"])
    if row["paused_reason"]:
        still.update(**_pause_fields("", {}, None))
    notices.resolve(*_causes_of_pause(channel))


def note_heard(channel_ids: set[UUID]) -> None:
    """Keep that webhooks came for these channels: one conditional update a minute at most."""
    now = time.monotonic()
    due = {key for key in channel_ids if now - _heard.get(key, -1e9) > HEARD_EVERY.total_seconds()}
    if not due:
        return
    moment = timezone.now()
    is_old = Q(last_webhook_at=None) | Q(last_webhook_at__lt=moment - HEARD_EVERY)
    Channel.objects.filter(is_old, pk__in=due).update(last_webhook_at=moment)
    _heard.update(dict.fromkeys(due, now))


def _due():
    now = timezone.now()
    is_unwell = ~Q(status=ChannelStatus.CONNECTED) | ~Q(paused_reason="")
    is_due = Q(checked_at=None) | Q(checked_at__lte=now - CHECK_EVERY)
    is_due |= is_unwell & Q(checked_at__lte=now - CHECK_UNWELL_EVERY)
    rows = Channel.objects.active().exclude(provider=ProviderName.GATEWAY).filter(is_due)
    return list(rows.order_by(F("checked_at").asc(nulls_first=True), "pk")[:CHECKS_A_ROUND])


def _claim(channel: Channel) -> bool:
    """Whether this round may ask: another one that runs at the same time leaves it alone then."""
    rows = Channel.objects.filter(pk=channel.pk, checked_at=channel.checked_at)
    return rows.update(checked_at=timezone.now()) == 1


def _note_quality(channel: Channel, health: dict) -> None:
    before = ((channel.health or {}).get("facts") or {}).get("quality")
    now = health["facts"].get("quality")
    cause = f"{NoticeKind.QUALITY}:{channel.pk}"
    if now == "GREEN":
        notices.resolve(cause)
    elif QUALITY_RANK.get(now, 9) < QUALITY_RANK.get(before, 3):
        notices.raise_notice(NoticeKind.QUALITY, cause, channel=channel, quality=now, before=before)


def _note_unwell(channel: Channel, error: ProviderError | None, status: str) -> None:
    """Tell people when it begins; what they have dismissed since does not come back each round."""
    before = (channel.health or {}).get("error") or {}
    code = error.code if error else None
    if (channel.health or {}).get("ok") is False and before.get("code") == code:
        return
    if status == ChannelStatus.BLOCKED or (error is not None and error.decision == "channel"):
        facts = {"code": error.code, "details": error.details[:300]} if error else {}
        kind = NoticeKind.CHANNEL_STOPPED
        notices.raise_notice(
            kind, f"{kind}:{channel.pk}", channel=channel, status=str(status), **facts
        )


def _causes_of_pause(channel: Channel) -> list[str]:
    return [f"{kind}:{channel.pk}" for kind in (NoticeKind.CHANNEL_STOPPED, NoticeKind.PAYMENT)]


def _pause_fields(cause: str, facts: dict, *at) -> dict:
    paused_at = at[0] if at else timezone.now()
    return {"paused_reason": cause, "paused_facts": facts, "paused_at": paused_at}


def _record(channel: Channel, by, *, before: str, after: str, **facts) -> None:
    audit.record(
        audit.AuditKind.CHANNEL_CHANGED,
        actor=by,
        target=channel,
        before={"paused_reason": str(before)},
        after={"paused_reason": str(after)},
        **facts,
    )
