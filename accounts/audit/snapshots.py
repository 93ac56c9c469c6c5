"""Rows as values by field name, before and after a change, and what differs between the two.

A snapshot holds secrets in clear, to see whether they changed; it never leaves the process.
`difference` and `described` return what may be written down.
"""

from cryptography.fernet import InvalidToken
from django.db.models import Model, TextField
from django.db.models.functions import Cast

from accounts.audit.redaction import is_secret_field, shown, shown_secret
from helpdesk.core.fields import EncryptedTextField, fernet

UNREADABLE = object()  # a secret that no key opens: certainly not what is saved now


def followed_fields(model: type[Model], ignored: frozenset[str] = frozenset()) -> list:
    """Return the fields whose changes count: what people can edit."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in ignored
    ]


def snapshot(instance: Model, ignored: frozenset[str] = frozenset()) -> dict:
    """Return a row's values as it stands in memory; what was not loaded is left out."""
    unloaded = instance.get_deferred_fields()
    return {
        field.name: _plain(field, getattr(instance, field.attname))
        for field in followed_fields(type(instance), ignored)
        if field.attname not in unloaded
    }


def stored(instance: Model, names) -> dict | None:
    """Return a row's values as the database has them; None when it has no such row."""
    model = type(instance)
    fields = [model._meta.get_field(name) for name in names]
    # Encrypted columns are read as they are: a lost key must not stop anybody from saving.
    locked = {
        f"locked_{field.name}": Cast(field.name, TextField())
        for field in fields
        if _is_locked(field)
    }
    open_names = [field.attname for field in fields if not _is_locked(field)]
    row = model._base_manager.filter(pk=instance.pk).values(*open_names, **locked).first()
    if row is None:
        return None
    return {
        field.name: _unlocked(row[f"locked_{field.name}"])
        if _is_locked(field)
        else row[field.attname]
        for field in fields
    }


def difference(model: type[Model], before: dict, after: dict) -> tuple[dict, dict]:
    """Return (before, after) of the fields that differ, without secrets."""
    changed = [name for name in after if name not in before or before[name] != after[name]]
    return (
        described(model, {name: before.get(name) for name in changed if name in before}),
        described(model, {name: after[name] for name in changed}),
    )


def described(model: type[Model], values: dict) -> dict:
    """Return values as they may be written down; a row that is referred to with its name."""
    return {name: _described(model._meta.get_field(name), value) for name, value in values.items()}


def without_blanks(values: dict) -> dict:
    """Return what says something; for rows that are new or gone."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def named(instance: Model) -> dict:
    """Return a row as another one's value: its id and its name."""
    return {"id": str(instance.pk), "label": str(instance)}


def _described(field, value):
    if value is UNREADABLE or is_secret_field(field):
        return shown_secret(value)
    if field.is_relation and value is not None:
        row = field.related_model._base_manager.filter(pk=value).first()
        value = named(row) if row else {"id": str(value), "label": ""}
    return shown(field.name, value)


def _plain(field, value):
    """Return a value as the database would give it back; a computed one cannot be known here."""
    if hasattr(value, "resolve_expression"):
        return "(computed)"
    if field.is_relation:
        return field.target_field.to_python(value)
    return field.to_python(value)


def _is_locked(field) -> bool:
    return isinstance(field, EncryptedTextField)


def _unlocked(value):
    if not value:
        return value
    try:
        return fernet().decrypt(value.encode()).decode()
    except InvalidToken:
        return UNREADABLE
