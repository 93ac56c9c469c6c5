"""What Meta announces of accounts and numbers: the effect on Waba and Channel, and a notice.

Fields and events: spec/03, 2.4 and 2.5. What is announced twice is handled once (notices.py); what
is announced late may not undo what a newer check has found, so states are checked again at once.
"""

from conversations.actions.ingest.notices import handles
from conversations.actions.notices import raise_notice, resolve
from conversations.models import Channel, ChannelStatus, NoticeKind, Waba
from conversations.providers.base import AccountNotice
from conversations.providers.cloud.wire import first, mapping, text, whole_number

# Events of account_update after which nothing can be sent, and the status numbers get by them.
ENDS = {
    "ACCOUNT_DELETED": ChannelStatus.BLOCKED,
    "PARTNER_REMOVED": ChannelStatus.DISCONNECTED,
    "PARTNER_APP_UNINSTALLED": ChannelStatus.DISCONNECTED,
    "ACCOUNT_OFFBOARDED": ChannelStatus.DISCONNECTED,
}
LIMITS = {"ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION"}
BEGINNINGS = {"PARTNER_ADDED", "PARTNER_APP_INSTALLED", "ACCOUNT_RECONNECTED"}
LIFTED = {"REINSTATE", "REINSTATED"}
FELL = {"FLAGGED", "DOWNGRADE"}
ROSE = {"UNFLAGGED", "UPGRADE"}
WORD = 64
SENTENCE = 300


@handles("account_update")
def note_account(notice: AccountNotice, channel: Channel | None) -> None:
    """Restriction, ban, removal: the numbers of the account are unwell, and people are told."""
    event = text(notice.payload.get("event"), WORD)
    waba = _account(notice)
    if event == "DISABLED_UPDATE":
        _note_ban(notice, waba)
    elif event in ENDS:
        _trouble(notice, waba, event, ENDS[event])
    elif event in LIMITS:
        _trouble(notice, waba, event)
    elif event in BEGINNINGS:
        _end_trouble(waba)


@handles("account_review_update")
def note_review(notice: AccountNotice, channel: Channel | None) -> None:
    """Keep the decision; anything but an approval is a notice."""
    decision = text(notice.payload.get("decision"), 20)
    waba = _account(notice)
    if not decision:
        return
    Waba.objects.filter(pk=waba.pk).update(review_state=decision)
    cause = f"{NoticeKind.REVIEW}:{waba.pk}"
    if decision == "APPROVED":
        resolve(cause)
    else:
        _raise(notice, NoticeKind.REVIEW, cause, waba=waba, decision=decision)


@handles("account_alerts")
def note_alert(notice: AccountNotice, channel: Channel | None) -> None:
    """Pass on what Meta warns of; severity and kind as it says them."""
    alert = mapping(notice.payload.get("alert_info")) or notice.payload
    kind = text(alert.get("alert_type"), WORD)
    waba = _account(notice)
    cause = f"{NoticeKind.ALERT}:{waba.pk}:{kind}"
    if text(alert.get("alert_status"), WORD) in ("RESOLVED", "NONE", "INACTIVE"):
        resolve(cause)
        return
    facts = {"type": kind, "severity": text(alert.get("alert_severity"), WORD)}
    facts["details"] = text(alert.get("alert_description"), SENTENCE)
    _raise(notice, NoticeKind.ALERT, cause, waba=waba, **facts)


@handles("phone_number_quality_update")
def note_quality(notice: AccountNotice, channel: Channel | None) -> None:
    """Keep the number's new limit and throughput; a fall is a notice, a rise ends it."""
    event = text(notice.payload.get("event"), WORD)
    number = _number(notice, channel)
    limit = text(notice.payload.get("current_limit"), WORD) or _tier(
        whole_number(notice.payload.get("max_daily_conversations_per_business"))
    )
    _keep_limit_of_account(notice)
    if number is None:
        return
    facts = {"limit": limit}
    if event == "THROUGHPUT_UPGRADE":
        facts["throughput"] = "HIGH"
    _keep_facts(number, **facts)
    cause = f"{NoticeKind.QUALITY}:{number.pk}"
    if event in FELL:
        old = text(notice.payload.get("old_limit"), WORD)
        facts = {"event": event, "limit": limit, "before": old}
        _raise(notice, NoticeKind.QUALITY, cause, channel=number, **facts)
    elif event in ROSE:
        resolve(cause)


@handles("phone_number_name_update")
def note_name(notice: AccountNotice, channel: Channel | None) -> None:
    """Keep what was decided on the display name; a refusal is a notice."""
    number = _number(notice, channel)
    if number is None:
        return
    decision = text(notice.payload.get("decision"), WORD)
    name = text(notice.payload.get("requested_verified_name"), WORD)
    facts = {"name_status": decision}
    if decision == "APPROVED":
        facts["verified_name"] = name
    _keep_facts(number, **facts)
    cause = f"{NoticeKind.NAME}:{number.pk}"
    if decision == "APPROVED":
        resolve(cause)
    else:
        reason = text(notice.payload.get("rejection_reason"), SENTENCE)
        facts = {"decision": decision, "name": name, "details": reason}
        _raise(notice, NoticeKind.NAME, cause, channel=number, **facts)


@handles("business_capability_update")
def note_capability(notice: AccountNotice, channel: Channel | None) -> None:
    """Keep how many customers the portfolio reaches by template; less than before is a notice."""
    waba = _account(notice)
    before = waba.portfolio_limit
    limit = _keep_limit_of_account(notice)
    cause = f"{NoticeKind.LIMIT}:{waba.pk}"
    if limit is None:
        return
    if before is not None and limit < before:
        _raise(notice, NoticeKind.LIMIT, cause, waba=waba, limit=limit, before=before)
    elif before is not None and limit > before:
        resolve(cause)


@handles("security")
def note_security(notice: AccountNotice, channel: Channel | None) -> None:
    """Somebody changed or asked to change the number's PIN: always worth a look."""
    number = _number(notice, channel)
    waba = _account(notice)
    event = text(notice.payload.get("event"), WORD)
    of = number.pk if number else waba.pk
    cause = f"{NoticeKind.SECURITY}:{of}:{event}"
    where = {"channel": number} if number else {"waba": waba}
    _raise(notice, NoticeKind.SECURITY, cause, **where, event=event)


def _account(notice: AccountNotice) -> Waba:
    waba, _ = Waba.objects.get_or_create(waba_id=notice.waba_id)
    return waba


def _number(notice: AccountNotice, channel: Channel | None) -> Channel | None:
    """The channel spoken of: by its id, else by the number as it is displayed."""
    if channel is not None:
        return channel
    said = _digits(text(notice.payload.get("display_phone_number"), WORD))
    numbers = Channel.objects.filter(waba__waba_id=notice.waba_id).exclude(display_phone_number="")
    return next((row for row in numbers if _digits(row.display_phone_number) == said), None)


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


def _note_ban(notice: AccountNotice, waba: Waba) -> None:
    ban = mapping(notice.payload.get("ban_info"))
    state = text(ban.get("waba_ban_state"), WORD)
    if state in LIFTED:
        _end_trouble(waba)
    else:
        # Scheduled bans come with their day; only one that is in force stops the numbers.
        status = ChannelStatus.BLOCKED if state == "DISABLE" else None
        day = text(ban.get("waba_ban_date"), WORD)
        _trouble(notice, waba, "DISABLED_UPDATE", status, state=state, until=day)


def _trouble(notice: AccountNotice, waba: Waba, event: str, status=None, **facts) -> None:
    Waba.objects.filter(pk=waba.pk).update(trouble=event)
    _look_again(waba, status)
    restriction = first(notice.payload.get("restriction_info"))
    violation = mapping(notice.payload.get("violation_info"))
    facts["type"] = text(restriction.get("restriction_type"), WORD)
    facts["type"] = facts["type"] or text(violation.get("violation_type"), WORD)
    facts.setdefault("until", text(restriction.get("expiration"), WORD))
    cause = f"{NoticeKind.ACCOUNT}:{waba.pk}:{event}"
    _raise(notice, NoticeKind.ACCOUNT, cause, waba=waba, event=event, **facts)


def _end_trouble(waba: Waba) -> None:
    Waba.objects.filter(pk=waba.pk).update(trouble="")
    events = ["DISABLED_UPDATE", *ENDS, *LIMITS]
    resolve(*[f"{NoticeKind.ACCOUNT}:{waba.pk}:{event}" for event in events])
    _look_again(waba)


def _look_again(waba: Waba, status: str | None = None) -> None:
    """Let the next round ask Meta for the account's numbers before all others."""
    changed = {"checked_at": None} | ({"status": status} if status else {})
    Channel.objects.filter(waba=waba).update(**changed)


def _keep_limit_of_account(notice: AccountNotice) -> int | None:
    limit = whole_number(notice.payload.get("max_daily_conversations_per_business"))
    if limit is None:
        tier = text(notice.payload.get("max_daily_conversations_per_business"), WORD)
        limit = LIMIT_OF_TIER.get(tier.removeprefix("TIER_"))
    if limit is None or not 0 <= limit <= MOST:
        return None
    Waba.objects.filter(pk=_account(notice).pk).update(portfolio_limit=limit)
    return limit


MOST = 2_000_000_000  # Meta writes no limit as -1, or as a tier
LIMIT_OF_TIER = {"50": 50, "250": 250, "1K": 1_000, "2K": 2_000, "10K": 10_000, "100K": 100_000}


def _tier(limit: int | None) -> str:
    names = {number: name for name, number in LIMIT_OF_TIER.items()}
    return f"TIER_{names.get(limit, limit)}" if limit is not None and limit >= 0 else ""


def _keep_facts(channel: Channel, **facts) -> None:
    said = {name: value for name, value in facts.items() if value}
    row = Channel.objects.select_for_update().get(pk=channel.pk)
    health = row.health or {}
    health["facts"] = (health.get("facts") or {}) | said
    Channel.objects.filter(pk=channel.pk).update(health=health)


def _raise(notice: AccountNotice, kind: NoticeKind, cause: str, **facts) -> None:
    raise_notice(kind, cause[:200], occurred_at=notice.occurred_at, **facts)
