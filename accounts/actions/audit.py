"""Writing into the audit trail. One INSERT each, in the transaction of what it tells of.

Rows that people configure are recorded by themselves (accounts/audit/following.py); this is for
what is no change of such a row: logins, readings, exports, bulk updates.
"""

from datetime import timedelta

import structlog
from django.db import models, transaction
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.addresses import client_address
from accounts.audit.append_only import forgetting
from accounts.audit.context import current_origin, operator
from accounts.audit.redaction import masked_text, shown
from accounts.audit.snapshots import difference, snapshot
from accounts.models import AuditEntry, User, site_setting
from accounts.models.audit import LABEL_LENGTH, AuditKind, AuditSource

log = structlog.get_logger(__name__)
DEVICE_LENGTH = 120
API_PATH = "/api/"
# Below this nobody can set the retention: with 0 days the trail would be no proof of anything.
SHORTEST_RETENTION_DAYS = 90
PRUNE_AT_ONCE = 5_000


def record(
    kind: str, *, actor=None, target=None, before=None, after=None, request=None, once=None, **facts
) -> AuditEntry:
    """Write down that `actor` did something to `target`: a row, a model or a name.

    Who, from where and by which way are those of the running request or command unless given.
    `before` and `after` are values by field name; they and the facts are freed of secrets here.
    With `once` (at most 160 characters) the same thing is written a single time.
    """
    origin = current_origin()
    request = request or origin.request
    entry = AuditEntry(
        kind=AuditKind(kind),
        source=source_of(request, origin.command),
        before=_shown_all(before),
        after=_shown_all(after),
        facts=_shown_all({name: value for name, value in facts.items() if value not in (None, "")}),
        once=once,
        **_who(actor, request, origin.command),
        **_what(target),
        **_where(request),
    )
    if once is None:
        entry.save()
    else:
        AuditEntry.objects.bulk_create([entry], ignore_conflicts=True)
    return entry


def changes_of(instance: Model, before: dict | None) -> tuple[dict, dict]:
    """Return what has changed in a row, as (before, after) without secrets.

    `before` is what `state_of` returned earlier; None stands for a row that is new.
    """
    return difference(type(instance), before or {}, snapshot(instance))


def state_of(instance: Model) -> dict:
    """Return a row's values for a later `changes_of`; not to be stored, secrets are in it."""
    return snapshot(instance)


def record_command(name: str) -> AuditEntry:
    """Write down that a command of manage.py is run; its arguments may be secrets and stay out."""
    return record(AuditKind.COMMAND, target=f"manage.py {name}")


def customer_opened(customer: Model, *, request) -> None:
    """Write down that somebody looked at a customer, once an hour for the same two."""
    hour = timezone.now().strftime("%Y%m%d%H")
    once = f"opened:{request.user.pk}:{customer.pk}:{hour}"
    if not AuditEntry.objects.filter(once=once).exists():
        record(AuditKind.CUSTOMER_OPENED, target=customer, request=request, once=once)


def document_revealed(customer: Model, *, request, reason: str = "") -> AuditEntry:
    """Write down that somebody had a customer's whole document shown, every time."""
    return record(AuditKind.DOCUMENT_REVEALED, target=customer, request=request, reason=reason)


def exported(what: str, *, request, **facts) -> AuditEntry:
    """Write down that somebody takes data away; to be called before the first byte leaves."""
    return record(AuditKind.EXPORT, target=what, request=request, **facts)


def prune() -> int:
    """Delete entries older than the setting allows, by the way the database leaves open for it.

    Returns how many; that it happened becomes an entry itself.
    """
    days = retention_days()
    limit = timezone.now() - timedelta(days=days)
    deleted = 0
    while count := _prune_some(limit):
        deleted += count
    if deleted:
        record(AuditKind.RETENTION, entries=deleted, older_than_days=days)
        log.info("audit.pruned", entries=deleted, days=days)
    return deleted


def retention_days() -> int:
    """Return for how many days entries are kept."""
    return max(site_setting("audit_retention_days"), SHORTEST_RETENTION_DAYS)


def source_of(request, command: str = "") -> str:
    """Return by which way something came: an AuditSource."""
    if request is None:
        return AuditSource.COMMAND if command else AuditSource.SYSTEM
    if request.path.startswith(API_PATH):
        return AuditSource.API
    return AuditSource.ADMIN if request.path.startswith(_admin_path()) else AuditSource.PAGE


@transaction.atomic
def _prune_some(limit) -> int:
    old = AuditEntry.objects.filter(occurred_at__lt=limit).order_by("occurred_at")
    ids = list(old.values_list("pk", flat=True)[:PRUNE_AT_ONCE])
    if not ids:
        return 0
    with forgetting():
        # The trail's own queryset refuses; Django's plain one is the way for this purpose only.
        return models.QuerySet(AuditEntry).filter(pk__in=ids).delete()[0]


def _who(actor, request, command: str) -> dict:
    user = actor if actor is not None else getattr(request, "user", None)
    if isinstance(user, str):
        return {"actor_name": masked_text(user)[:LABEL_LENGTH]}
    if user is not None and user.pk:
        return {"actor_id": user.pk, "actor_name": str(user)[:LABEL_LENGTH]}
    if command:
        return {"actor_name": f"manage.py {command} ({operator()})"[:LABEL_LENGTH]}
    return {}


def _what(target) -> dict:
    if target is None:
        return {}
    if isinstance(target, type):
        meta = target._meta
        return {"target_type": meta.label_lower, "target_label": str(meta.verbose_name_plural)}
    if not isinstance(target, Model):
        return {"target_label": masked_text(str(target))[:LABEL_LENGTH]}
    return {
        "target_type": target._meta.label_lower,
        "target_id": str(target.pk),
        "target_label": masked_text(str(target))[:LABEL_LENGTH],
    }


def _where(request) -> dict:
    if request is None:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        return {"request_id": str(request_id)[:64]}
    return {
        "address": client_address(request),
        "user_agent": masked_text(request.headers.get("User-Agent", ""))[:DEVICE_LENGTH],
        "request_id": getattr(request, "id", "")[:64],
    }


def _shown_all(values: dict | None) -> dict | None:
    if values is None:
        return None
    return {name: shown(name, value) for name, value in values.items()}


def _admin_path() -> str:
    try:
        return reverse("admin:index")
    except NoReverseMatch:
        return "/admin/"


def user_named(login: str) -> User | None:
    """Return whom a failed login meant, if there is somebody of that name."""
    from accounts.backends import find_user

    return find_user(login)
