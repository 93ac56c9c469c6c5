"""Customers by any of their identities: who is known, who is new, who turns out to be one person."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from conversations import phone_numbers
from conversations.models import Customer, CustomerIdentity, IdentityKind
from conversations.providers.base import Sender
from helpdesk.core.bulk import update_rows

IDENTITY_LENGTH = 255


class OnePerson(Exception):
    """What was sent proves that several stored customers are one: they have to be merged first."""

    def __init__(self, customer_ids: list[UUID]):
        super().__init__(f"These customers are one person: {', '.join(map(str, customer_ids))}")
        self.customer_ids = customer_ids


def identities(sender: Sender) -> dict[tuple[str, str], str]:
    """Return the (kind, canonical value) pairs of a sender with their raw values, best first."""
    found = {
        (IdentityKind.PHONE, phone_numbers.canonical(sender.phone)): sender.phone,
        (IdentityKind.WA_ID, phone_numbers.canonical(sender.wa_id)): sender.wa_id,
        (IdentityKind.BSUID, sender.bsuid[:IDENTITY_LENGTH]): sender.bsuid[:IDENTITY_LENGTH],
        (IdentityKind.LID, sender.lid[:IDENTITY_LENGTH]): sender.lid[:IDENTITY_LENGTH],
    }
    return {key: raw for key, raw in found.items() if key[1]}


def load_customers(senders: Iterable[Sender]) -> dict[tuple[str, str], Customer]:
    """Return the customers whom these senders may be, by (kind, value), with one query."""
    by_kind: dict[str, set[str]] = {}
    for sender in senders:
        for kind, value in identities(sender):
            by_kind.setdefault(kind, set()).add(value)
    wanted = Q(pk__in=[])
    for kind, values in by_kind.items():
        wanted |= Q(kind=kind, value__in=values)
    rows = CustomerIdentity.objects.select_related("customer").filter(wanted)
    return {(row.kind, row.value): row.customer for row in rows}


class Register:
    """The customers of some senders, written with a handful of statements.

    Raises OnePerson when one sender's ids belong to several stored customers.
    """

    def __init__(self, senders: Iterable[Sender]):
        senders = list(dict.fromkeys(senders))
        self._by_identity = load_customers(senders)
        self._by_sender: dict[Sender, Customer] = {}
        self._new: dict[UUID, Customer] = {}
        self._completed: dict[UUID, Customer] = {}
        self._identities: list[CustomerIdentity] = []
        for sender in senders:
            self._enter(sender)
        self._save()

    def customer(self, sender: Sender) -> Customer:
        """Return who this sender is."""
        return self._by_sender[sender]

    def _enter(self, sender: Sender) -> None:
        keys = identities(sender)
        customer = self._one_of(
            [self._by_identity[key] for key in keys if key in self._by_identity]
        )
        if customer is None:
            customer = Customer(name=sender.name, phone=phone_numbers.e164(sender.phone) or None)
            self._new[customer.pk] = customer
        else:
            self._complete(customer, sender)
        self._by_sender[sender] = customer
        for (kind, value), raw in keys.items():
            if (kind, value) not in self._by_identity:
                self._by_identity[kind, value] = customer
                self._identities.append(
                    CustomerIdentity(customer=customer, kind=kind, value=value, raw_value=raw)
                )

    def _one_of(self, found: list[Customer]) -> Customer | None:
        distinct = list({customer.pk: customer for customer in found}.values())
        stored = [customer for customer in distinct if customer.pk not in self._new]
        if len(stored) > 1:
            raise OnePerson([customer.pk for customer in stored])
        if not distinct:
            return None
        one = (stored or distinct)[0]
        for other in distinct:
            if other is not one and other.pk in self._new:
                self._replace(other, one)
        return one

    def _replace(self, new: Customer, one: Customer) -> None:
        """Two senders of this very batch are one person: the customer not written yet gives way."""
        del self._new[new.pk]
        for known in (self._by_identity, self._by_sender):
            known.update({key: one for key, value in known.items() if value is new})
        for identity in self._identities:
            if identity.customer is new:
                identity.customer = one

    def _complete(self, customer: Customer, sender: Sender) -> None:
        """Fill in what was not known; what people have written over it stays."""
        name = customer.name or sender.name
        phone = customer.phone or phone_numbers.e164(sender.phone) or None
        if (name, phone) == (customer.name, customer.phone):
            return
        customer.name, customer.phone = name, phone
        customer.version += 1
        if customer.pk not in self._new:
            self._completed[customer.pk] = customer

    def _save(self) -> None:
        Customer.objects.bulk_create(self._new.values())
        update_rows(Customer, self._completed.values(), ["name", "phone", "version"])
        CustomerIdentity.objects.bulk_create(self._identities)
