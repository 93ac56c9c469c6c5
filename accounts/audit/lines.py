"""Entries in words for people: what a line of the trail shows. Asks the database nothing."""

from dataclasses import dataclass, field

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.devices import described
from accounts.models import AuditEntry
from accounts.models.audit import KIND_GROUPS, AuditKind

LOOKS = {
    "logins": ("log-in", "mute"), "security": ("key-round", "wait"), "people": ("users-round", "live"),
    "settings": ("pencil", "live"), "personal": ("eye", "note"), "exports": ("download", "note"),
    "operations": ("square-terminal", "mute"),
}  # fmt: skip
SPECIAL_LOOKS = {
    AuditKind.LOGIN_FAILED: ("circle-alert", "bad"),
    AuditKind.LOCKED: ("lock", "bad"),
    AuditKind.LOGOUT: ("log-out", "mute"),
    AuditKind.CUSTOMER_CHANGED: ("pencil", "note"),
}
GROUP_OF = {kind: name for name, (_label, kinds) in KIND_GROUPS.items() for kind in kinds}
FACTS = {
    "action": gettext_lazy("action"),
    "entries": gettext_lazy("entries"),
    "filter": gettext_lazy("filter"),
    "ids": gettext_lazy("ids"),
    "login": gettext_lazy("typed as name"),
    "older_than_days": gettext_lazy("older than (days)"),
    "reason": gettext_lazy("reason"),
    "rows": gettext_lazy("rows"),
    "sessions": gettext_lazy("sessions"),
}
# Kinds that stand for all of a row's life say in addition what happened to it.
TELLS_ALL_BY_ITSELF = {AuditKind.USER_CREATED, AuditKind.USER_DELETED, AuditKind.INVITATION_CREATED}


@dataclass(slots=True)
class Change:
    """One field before and after; '' where there was nothing."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Line:
    """One entry as it is shown."""

    entry: AuditEntry
    icon: str
    tone: str
    verb: str
    object_kind: str
    device: str
    changes: list[Change] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def actor(self) -> str:
        return self.entry.actor_name or _("System")

    @property
    def shows_object(self) -> bool:
        """Whoever did something to themselves is named once."""
        is_own = self.entry.actor_id and self.entry.target_id == str(self.entry.actor_id)
        return bool(self.object_kind or self.entry.target_label) and not is_own


def lines_of(entries) -> list[Line]:
    return [line_of(entry) for entry in entries]


def line_of(entry: AuditEntry) -> Line:
    icon, tone = SPECIAL_LOOKS.get(entry.kind) or LOOKS[GROUP_OF[entry.kind]]
    model = _model(entry.target_type)
    return Line(
        entry=entry,
        icon=icon,
        tone=tone,
        verb=_verb(entry),
        object_kind=capfirst(model._meta.verbose_name) if model else "",
        device=described(entry.user_agent) if entry.user_agent else "",
        changes=changes_of(entry, model),
        facts=[
            (str(FACTS.get(name, name)), readable(value)) for name, value in entry.facts.items()
        ],
    )


def changes_of(entry: AuditEntry, model=None) -> list[Change]:
    """Return what differs, field by field, under the names that people know."""
    before, after = entry.before or {}, entry.after or {}
    return [
        Change(
            _label(model, name),
            *(_readable(model, name, side.get(name)) for side in (before, after)),
        )
        for name in {**before, **after}
    ]


def readable(value) -> str:
    """Return a stored value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        if set(value) == {"id", "label"}:
            return value["label"] or value["id"]
        return ", ".join(f"{name}: {readable(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(readable(inner) for inner in value)
    return str(value)


def _verb(entry: AuditEntry) -> str:
    if entry.kind in TELLS_ALL_BY_ITSELF or (entry.before is None) == (entry.after is None):
        return ""
    return _("created") if entry.before is None else _("deleted")


def _model(label: str):
    try:
        return apps.get_model(label) if label else None
    except (LookupError, ValueError):
        return None  # a model of an earlier version


def _field(model, name: str):
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _label(model, name: str) -> str:
    found = _field(model, name)
    return capfirst(str(getattr(found, "verbose_name", "") or name))


def _readable(model, name: str, value) -> str:
    found = _field(model, name)
    choices = dict(getattr(found, "flatchoices", ()))
    if isinstance(value, str | int) and value in choices:
        return str(choices[value])
    if (
        isinstance(value, str)
        and found is not None
        and found.get_internal_type() == "DateTimeField"
    ):
        moment = parse_datetime(value)
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else value
    return readable(value)
