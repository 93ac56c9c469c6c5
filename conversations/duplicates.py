"""Who may be the same person: records that share a number, a document, or a name and a city."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations import phone_numbers
from conversations.access import visible_customers
from conversations.models import Customer

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another record, and why it may be the same person."""

    customer: Customer
    reason: str


def duplicates_of(customer: Customer, user) -> list[Duplicate]:
    """Return other records of this person's sight that may be the same customer, best first."""
    rules = [
        (_("the same number"), _same_number(customer)),
        (_("the same CPF/CNPJ"), _same_document(customer)),
        (_("the same name and city"), _same_name(customer)),
    ]
    others = visible_customers(user).known().exclude(pk=customer.pk)
    found: dict = {}
    for reason, rule in rules:
        if rule is not None:
            for other in others.filter(rule).order_by("id")[:MOST_SHOWN]:
                found.setdefault(other.pk, Duplicate(other, str(reason)))
    return list(found.values())[:MOST_SHOWN]


def _same_number(customer: Customer) -> Q | None:
    if not customer.phone:
        return None
    numbers = {customer.phone, phone_numbers.e164(customer.phone)}
    other = phone_numbers.other_variant(customer.phone)
    return Q(phone__in=numbers | ({f"+{other}"} if other else set()))


def _same_document(customer: Customer) -> Q | None:
    return Q(document_hash=customer.document_hash) if customer.document_hash else None


def _same_name(customer: Customer) -> Q | None:
    name, city = customer.name.strip(), customer.city.strip()
    if not name or not city:
        return None
    # Spellings and not __iexact: the index over names serves these.
    spellings = {name, name.upper(), name.lower(), name.title()}
    return Q(name__in=spellings, city__iexact=city)
