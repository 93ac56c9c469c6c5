"""Changes of rows that people configure, recorded wherever they are made.

Followed is every model that somebody can change in the administration: as a page of its own, as an
inline, or as a many-to-many. Signals catch all of it alike (forms, inlines, lists of checkboxes,
'delete selected'), and the same changes when a page, the API or a command makes them. What they do
not catch are bulk statements (`update()`): whoever uses one on such a row calls `audit.record`.
Work that nobody asked for in person (ingest, outbox, periodic tasks) is not recorded.
"""

from types import SimpleNamespace

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save

from accounts.actions import audit
from accounts.audit.context import current_origin
from accounts.audit.kinds import IGNORED, kind_of, target_of
from accounts.audit.snapshots import (
    described,
    difference,
    followed_fields,
    named,
    snapshot,
    stored,
    without_blanks,
)

# Not in the administration, but steering who may do what.
ALSO_FOLLOWED = ("accounts.invitation", "mfa.authenticator")
NAMED_AT_MOST = 100
_BEFORE = "_audit_before"


def connect() -> None:
    """Follow every model of the administration; called once all of it is registered."""
    for model in followed_models():
        uid = f"accounts.audit.{model._meta.label_lower}"
        pre_save.connect(before_saving, sender=model, dispatch_uid=uid)
        post_save.connect(after_saving, sender=model, dispatch_uid=uid)
        pre_delete.connect(before_deleting, sender=model, dispatch_uid=uid)
        for field in model._meta.many_to_many:
            through = field.remote_field.through
            if through._meta.auto_created:
                m2m_changed.connect(many_changed, sender=through, dispatch_uid=uid + field.name)


def followed_models() -> set[type[Model]]:
    """Return the models whose rows somebody can change in the administration, and a few others."""
    models = {apps.get_model(label) for label in ALSO_FOLLOWED}
    for model, model_admin in admin.site._registry.items():
        if _allows_changes(model_admin):
            models.add(model)
            models.update(
                inline.model for inline in inlines_of(model_admin) if _allows_changes(inline, None)
            )
    return models


def inlines_of(model_admin):
    """Return a model admin's inlines, also those it shows to some people only."""
    return [inline(model_admin.model, model_admin.admin_site) for inline in model_admin.inlines]


def before_saving(sender, instance, raw=False, update_fields=None, **kwargs) -> None:
    instance.__dict__.pop(_BEFORE, None)
    if raw or instance._state.adding or not current_origin().is_somebody:
        return
    if names := _names_saved(instance, update_fields):
        instance.__dict__[_BEFORE] = stored(instance, names)


def after_saving(sender, instance, created, raw=False, **kwargs) -> None:
    before = instance.__dict__.pop(_BEFORE, None)
    if raw or not current_origin().is_somebody:
        return
    if created:
        values = without_blanks(snapshot(instance, _ignored(sender)))
        _record(instance, None, described(sender, values))
    elif before is not None:
        now = {name: value for name, value in snapshot(instance).items() if name in before}
        _record(instance, *difference(sender, before, now))


def before_deleting(sender, instance, **kwargs) -> None:
    if current_origin().is_somebody:
        values = without_blanks(snapshot(instance, _ignored(sender)))
        _record(instance, described(sender, values), None)


def many_changed(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
    if action not in ("post_add", "pre_remove", "pre_clear") or not current_origin().is_somebody:
        return
    name, manager = _relation(sender, instance, reverse)
    if name in _ignored(type(instance)):
        return
    rows = manager.all() if action == "pre_clear" else model._base_manager.filter(pk__in=pk_set)
    names = [named(row) for row in rows[:NAMED_AT_MOST]]
    if not names:
        return
    if action == "post_add":
        _record(instance, {name: []}, {name: names})
    else:
        _record(instance, {name: names}, {name: []})


def _record(instance: Model, before: dict | None, after: dict | None) -> None:
    if before == {} and after == {}:
        return
    kind = kind_of(instance, before, after)
    if kind is not None:
        audit.record(kind, target=target_of(instance), before=before, after=after)


def _names_saved(instance: Model, update_fields) -> list[str]:
    unloaded = instance.get_deferred_fields()
    return [
        field.name
        for field in followed_fields(type(instance), _ignored(type(instance)))
        if field.attname not in unloaded
        and (update_fields is None or {field.name, field.attname} & set(update_fields))
    ]


def _ignored(model: type[Model]) -> frozenset[str]:
    return IGNORED.get(model._meta.label_lower, frozenset())


def _relation(through, instance: Model, reverse: bool):
    """Return the name by which the instance knows the others, and the manager of these."""
    for relation in instance._meta.get_fields():
        if relation.many_to_many and _through(relation) is through and relation.concrete != reverse:
            name = relation.get_accessor_name() if reverse else relation.name
            return name or through._meta.model_name, getattr(instance, name)
    raise LookupError(through)


def _through(relation):
    return relation.remote_field.through if relation.concrete else relation.through


class _Anybody:
    """A person who may do everything, to ask what can be done at all."""

    pk = None
    is_active = is_staff = is_superuser = is_admin = is_authenticated = True

    def has_perm(self, permission, obj=None) -> bool:
        return True


def _allows_changes(model_admin, *obj) -> bool:
    request = SimpleNamespace(user=_Anybody())
    may_delete = getattr(model_admin, "can_delete", True)
    return (
        model_admin.has_add_permission(request, *obj)
        or model_admin.has_change_permission(request)
        or (may_delete and model_admin.has_delete_permission(request))
    )
