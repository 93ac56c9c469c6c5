"""What is shown of a customer beside a conversation and on their own page."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from conversations import panel_slots
from conversations.access import may_change
from conversations.customer_fields import (
    COLUMNS,
    REACHED,
    SERVED,
    CustomerField,
    attribute_fields,
)
from conversations.models import Consent, Customer, CustomerNote, IdentityKind

NOTES_SHOWN = 20
PURPOSES = dict(Consent._meta.get_field("purpose").choices)


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field with this customer's value in words."""

    field: CustomerField
    text: str
    customer: Customer


@dataclass(frozen=True, slots=True)
class ConsentState:
    """A purpose, and what the customer said last about it; `latest` None where nothing is known."""

    purpose: str
    label: str
    latest: Consent | None


def panel_for(customer: Customer, user) -> dict:
    """Return what the parts of the panel show; the same for the conversation and the profile."""
    prefetch_related_objects([customer], "tags")  # several parts ask for them
    return {
        "customer": customer,
        "may_change": may_change(user) and customer.anonymized_at is None,
        "name": shown(COLUMNS["name"], customer),
        "reached": shown_all(REACHED, customer),
        "document": shown(COLUMNS["document"], customer),
        "served": shown_all(SERVED, customer),
        "own": shown_all(attribute_fields(), customer),
        "identities": identities_of(customer),
        "notes": notes_of(customer),
        "consents": consents_of(customer),
        "cards": panel_slots.cards_for(customer, user),
    }


def shown(field: CustomerField, customer: Customer) -> ShownField:
    """Return a field as people read it."""
    return ShownField(field, field.shown(customer), customer)


def shown_all(fields, customer: Customer) -> list[ShownField]:
    """Return fields as people read them."""
    return [shown(field, customer) for field in fields]


def identities_of(customer: Customer) -> list:
    """Return the ids by which the customer is known, without those that only repeat the number."""
    number = (customer.phone or "").removeprefix("+")
    rows = customer.identities.order_by("kind", "created_at")
    numbers = (IdentityKind.PHONE, IdentityKind.WA_ID)
    seen = {number}
    kept = []
    for row in rows:
        if row.kind not in numbers or row.value not in seen:
            kept.append(row)
        seen.add(row.value)
    return kept


def notes_of(customer: Customer) -> list[CustomerNote]:
    """Return the latest notes, newest first."""
    return list(
        customer.notes.select_related("author").order_by("-created_at", "-pk")[:NOTES_SHOWN]
    )


def consents_of(customer: Customer) -> list[ConsentState]:
    """Return per purpose what the customer said last."""
    latest: dict[str, Consent] = {}
    for row in customer.consents.order_by("occurred_at", "pk"):
        latest[row.purpose] = row
    return [ConsentState(key, label, latest.get(key)) for key, label in PURPOSES.items()]
