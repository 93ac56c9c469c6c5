"""The work of joining two customers and of parting them again. For customers.py, which locks them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Exists, JSONField, Model, OuterRef, Q, UniqueConstraint
from django.utils import timezone

from conversations.actions.bot_messages import cancel_bot_messages
from conversations.actions.changes import Changes, ConversationChange
from conversations.actions.conversations import close
from conversations.models import (
    Contact,
    Conversation,
    Customer,
    CustomerMerge,
    EventKind,
    State,
)
from helpdesk.core.fields import EncryptedTextField

FILLED_FIELDS = [
    "name", "phone", "document", "email", "city", "neighbourhood", "contract", "plan", "due_day",
    "blocked_at",
]  # fmt: skip
CONTACT_FIELDS = [
    "send_to", "send_to_is_bsuid", "window_expires_at", "free_entry_until", "last_inbound_at",
    "unreachable_at",
]  # fmt: skip
STATE_ORDER = [State.BOT, State.QUEUED, State.ACTIVE]
MERGED = "merged"


# Tables of floors above that know better how their rows go to another customer than by being
# pointed there: "app.model.field" -> move(old, new), which returns the ids of the rows it moved.
# Filled in AppConfig.ready. What it leaves with `old` is kept in the log and comes back.
MOVERS: dict[str, Callable[[Model, Model], Iterable[Any]]] = {}


def register_mover(label: str, move: Callable[[Model, Model], Iterable[Any]]) -> None:
    """Let a floor above say how rows of its table (see MOVERS) follow a customer or a contact."""
    MOVERS[label] = move


def join(given: Customer, kept: Customer, by, prefer: Iterable[str] = ()) -> CustomerMerge:
    """Move everything of `given` to `kept`, delete `given`, and return the log row.

    `prefer` names fields whose value is to be that of `given` although `kept` has one.
    """
    changes = Changes()
    changes.lock(
        Conversation.objects.filter(customer__in=[given, kept]).values_list("pk", flat=True)
    )
    _leave_one_open(changes, given, by)
    changes.write()
    new_attributes = [key for key in given.attributes if key not in kept.attributes]
    data = {"customer": frozen(given), "overwritten": _overwrite(kept, given, prefer)}
    data |= {"filled": _fill(kept, given), "folded": [], "left": []}
    data["added_attributes"] = new_attributes
    tags = list(given.tags.values_list("pk", flat=True))
    data["tags"] = [str(pk) for pk in tags]
    new_tags = set(tags) - set(kept.tags.values_list("pk", flat=True))
    data["added_tags"] = [str(pk) for pk in new_tags]
    kept.tags.add(*new_tags)
    twins = {contact.channel_id: contact for contact in kept.contacts.all()}
    for contact in given.contacts.all():
        if contact.channel_id in twins:
            data["folded"].append(_fold(contact, twins[contact.channel_id], data["left"]))
    data["moved"] = _repoint(given, kept, data["left"])
    given.delete()
    return CustomerMerge.objects.create(
        kept=kept, merged_id=data["customer"]["id"], data=data, actor=by, occurred_at=timezone.now()
    )


def part(log: CustomerMerge, kept: Customer) -> Customer:
    """Put the merged customer back with what was theirs, and return them."""
    data = log.data
    changes = Changes()
    changes.lock(data["moved"].get("conversations.conversation.customer", []))
    customer = _restored(Customer, data["customer"])
    customer.tags.add(*data["tags"])
    kept.tags.remove(*data["added_tags"])
    for name in data["filled"]:
        if getattr(kept, name) == getattr(customer, name):
            setattr(kept, name, Customer._meta.get_field(name).get_default())
    overwritten = data.get("overwritten", {})
    before = _thawed(Customer, overwritten)
    for name in overwritten:
        if getattr(kept, name) == getattr(customer, name):
            setattr(kept, name, getattr(before, name))
    kept.attributes = {
        key: value
        for key, value in kept.attributes.items()
        if key not in data["added_attributes"] or value != customer.attributes.get(key)
    }
    kept.save(update_fields=[*data["filled"], *overwritten, "attributes"])
    # Contacts first: what points to them must find them again.
    for fold in data["folded"]:
        contact = _restored(Contact, fold["row"])
        twin = Contact.objects.get(pk=fold["twin"]["id"])
        _move_back(fold["moved"], twin, contact)
        if twin.send_to == contact.send_to:
            before = _thawed(Contact, fold["twin"])
            Contact.objects.filter(pk=twin.pk).update(
                **{name: getattr(before, name) for name in CONTACT_FIELDS}
            )
    _move_back(data["moved"], kept, customer)
    for row in data.get("left", []):
        _restored(apps.get_model(row["model"]), row["row"])
    for change in changes.by_id.values():
        change.touch()
    changes.write()
    return customer


def mapping_list(value: Any) -> list[dict]:
    """Return the objects of a list that came over the wire; [] when it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _leave_one_open(changes: Changes, given: Customer, by) -> None:
    by_channel: dict[Any, list[ConversationChange]] = {}
    for change in changes.by_id.values():
        if change.conversation.is_open:
            by_channel.setdefault(change.conversation.channel_id, []).append(change)
    for found in by_channel.values():
        stays, *others = sorted(found, key=_how_far, reverse=True)
        for other in others:
            _close_into(other, stays, by)
        if others or stays.conversation.customer_id == given.pk:
            stays.record(
                EventKind.MERGED,
                actor=by,
                data={"protocols": [c.conversation.protocol for c in others]},
            )


def _how_far(change: ConversationChange) -> tuple[int, datetime]:
    conversation = change.conversation
    return (STATE_ORDER.index(conversation.state), conversation.last_message_at)


def _close_into(change: ConversationChange, stays: ConversationChange, by) -> None:
    """Close one of two; what waits for an answer in it waits in the other from now on."""
    current, other = change.conversation, stays.conversation
    waits_since = current.awaiting_reply_since or current.queued_at
    if waits_since and other.state != State.BOT:
        other.awaiting_reply_since = min(other.awaiting_reply_since or waits_since, waits_since)
    other.unread_count += current.unread_count
    cancel_bot_messages(change)
    close(change, by=None, says_goodbye=False)
    closed = change.events[-1]
    closed.reason, closed.actor = MERGED, by
    closed.data = {**closed.data, "protocol": other.protocol}


def _fill(kept: Customer, given: Customer) -> list[str]:
    """Complete what is not known; return the names of the fields."""
    filled = [
        name for name in FILLED_FIELDS
        if not getattr(kept, name) and getattr(given, name)
    ]  # fmt: skip
    for name in filled:
        setattr(kept, name, getattr(given, name))
    latest = [at for at in (kept.last_contacted_at, given.last_contacted_at) if at]
    kept.last_contacted_at = max(latest) if latest else None
    kept.attributes = {**given.attributes, **kept.attributes}
    kept.save(update_fields=[*filled, "last_contacted_at", "attributes"])
    return filled


def _overwrite(kept: Customer, given: Customer, names: Iterable[str]) -> dict[str, Any]:
    """Take these values of `given`; return what was there before, as JSON."""
    names = [name for name in names if name in FILLED_FIELDS and getattr(given, name)]
    before = frozen(kept)
    for name in names:
        setattr(kept, name, getattr(given, name))
    if names:
        kept.save(update_fields=names)
    return {name: before[name] for name in names}


def _fold(contact: Contact, twin: Contact, left: list[dict]) -> dict:
    """Let the twin take over what hangs on a contact of the same channel, and delete it."""
    fold = {"row": frozen(contact), "twin": frozen(twin), "moved": _repoint(contact, twin, left)}
    if contact.last_inbound_at and (
        twin.last_inbound_at is None or contact.last_inbound_at > twin.last_inbound_at
    ):
        for name in ("send_to", "send_to_is_bsuid", "last_inbound_at", "unreachable_at"):
            setattr(twin, name, getattr(contact, name))
    for name in ("window_expires_at", "free_entry_until"):
        times = [at for at in (getattr(twin, name), getattr(contact, name)) if at]
        setattr(twin, name, max(times) if times else None)
    twin.save(update_fields=CONTACT_FIELDS)
    contact.delete()
    return fold


def _repoint(old: Model, new: Model, left: list[dict]) -> dict[str, list[str]]:
    """Point every row of every table that names `old` to `new`; return which rows that were.

    By the models' own relations, so that tables of higher floors come along without being known.
    Where a table holds one row per customer and `new` has its own, the row of `old` goes to `left`,
    from which it comes back when the two are parted.
    """
    moved = {}
    for relation in old._meta.related_objects:
        if relation.many_to_many:
            continue
        model, name = relation.related_model, relation.field.name
        label = f"{model._meta.label_lower}.{name}"
        ids = [str(pk) for pk in _moved(label, relation, old, new)]
        if ids:
            moved[label] = ids
        for row in model._base_manager.filter(**{name: old}):
            left.append({"model": model._meta.label_lower, "row": frozen(row)})
            row.delete()
    return moved


def _moved(label: str, relation, old: Model, new: Model) -> list[Any]:
    if label in MOVERS:
        return list(MOVERS[label](old, new))
    name = relation.field.name
    rows = relation.related_model._base_manager.filter(**{name: old})
    ids = list(rows.exclude(_has_twin(relation, new)).values_list("pk", flat=True))
    rows.filter(pk__in=ids).update(**{name: new})
    return ids


def _has_twin(relation, new: Model) -> Q:
    """Whether pointing a row to `new` would break a rule of 'once per customer' of its table."""
    model, name = relation.related_model, relation.field.name
    rules = [set(fields) for fields in model._meta.unique_together]
    rules += [
        set(rule.fields)
        for rule in model._meta.constraints
        if isinstance(rule, UniqueConstraint) and rule.condition is None
    ]
    if relation.field.unique:
        rules.append({name})
    found = Q(pk__in=[])
    for rule in rules:
        if name in rule:
            same = {other: OuterRef(other) for other in rule - {name}}
            found |= Q(Exists(model._base_manager.filter(**{name: new}, **same)))
    return found


def _move_back(moved: dict[str, list[str]], current: Model, owner: Model) -> None:
    """Give the rows back that still hang where the merge has put them."""
    for label, ids in moved.items():
        model, _, name = label.rpartition(".")
        rows = apps.get_model(model)._base_manager.filter(pk__in=ids, **{name: current})
        rows.update(**{name: owner})


def frozen(row: Model) -> dict[str, Any]:
    """Return a row's columns as JSON; encrypted ones stay encrypted."""
    return {field.attname: _frozen_value(field, row) for field in row._meta.concrete_fields}


def _frozen_value(field, row: Model) -> Any:
    value = field.value_from_object(row)
    if value is None or isinstance(field, JSONField) or isinstance(value, bool):
        return value
    if isinstance(field, EncryptedTextField):
        return field.get_prep_value(value)
    return field.value_to_string(row)


def _thawed(model: type[Model], data: dict[str, Any]) -> Model:
    values = {}
    for field in model._meta.concrete_fields:
        value = data.get(field.attname)
        if isinstance(field, EncryptedTextField):
            values[field.attname] = field.from_db_value(value, None, None)
        elif value is None or isinstance(field, JSONField):
            values[field.attname] = value
        else:
            values[field.attname] = field.to_python(value)
    return model(**values)


def _restored(model: type[Model], data: dict[str, Any]) -> Model:
    row = _thawed(model, data)
    created_at = getattr(row, "created_at", None)
    row.save(force_insert=True)
    if created_at:  # which saving sets to now
        model._base_manager.filter(pk=row.pk).update(created_at=created_at)
    return row
