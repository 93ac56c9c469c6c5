"""Who is who: joining two customers that are one person, taking that back, adding one from a card.

Locks: customer rows by id, then conversations by id, then messages (changes.py).
"""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models.audit import AuditKind
from conversations import events, phone_numbers
from conversations.actions import merging
from conversations.actions.customer_changes import tell_pages
from conversations.actions.errors import Refused
from conversations.actions.register import OnePerson, Register, identities, load_customers
from conversations.models import Customer, CustomerIdentity, CustomerMerge, Message
from conversations.providers.base import Sender

NAME_LENGTH = 200


def merge(
    customer: Customer, *, into: Customer, by=None, prefer: Iterable[str] = ()
) -> CustomerMerge:
    """Make one customer of two: everything of `customer` goes to `into`, and `customer` is no more.

    - What `into` does not know (name, phone, document, ...) is taken from `customer`; so are the
      fields that `prefer` names.
    - Contacts are one per channel: where both have one, that of `into` stays, with the later window
      and the address last written from.
    - Open conversations are one per channel: the one that is furthest stays open (in service before
      waiting before bot, then the latest message); the other is closed without a word to the
      customer, keeps its protocol and messages, and stands among the earlier conversations. What
      nobody has answered in it counts for the one that stays.

    `by` None is the house: WhatsApp has proved it. The log row has all that unmerge needs. Raises
    Refused (the same customer, erased, or joined by somebody else meanwhile).
    """
    if customer.pk == into.pk:
        raise Refused(_("This is the same customer."), "same_customer")
    with transaction.atomic():
        given, kept = _locked(customer, into)
        log = merging.join(given, kept, by, prefer)
        audit.record(
            AuditKind.CUSTOMER_CHANGED, actor=by, target=kept, merged=str(log.merged_id),
            merge=str(log.pk),
        )  # fmt: skip
        tell_pages(kept)
        transaction.on_commit(partial(_announce, log))
    into.refresh_from_db()
    return log


def unmerge(log: CustomerMerge, *, by) -> Customer:
    """Take a merge back: the customer is there again with all that was theirs; return them.

    What has come since stays with the customer that was kept, and what merge closed stays closed.
    A message that proves both to be one person joins them again. Raises Refused when it has been
    taken back already.
    """
    with transaction.atomic():
        log = CustomerMerge.objects.select_for_update(of=("self",)).get(pk=log.pk)
        if log.undone_at is not None:
            raise Refused(_("This has been taken back already."), "undone")
        if not log.data:
            raise Refused(_("What is needed to take this back was erased."), "forgotten")
        kept = Customer.objects.select_for_update(of=("self",)).get(pk=log.kept_id)
        customer = merging.part(log, kept)
        CustomerMerge.objects.filter(pk=log.pk).update(undone_at=timezone.now())
        audit.record(
            AuditKind.CUSTOMER_CHANGED, actor=by, target=kept, unmerged=str(customer.pk),
            merge=str(log.pk),
        )  # fmt: skip
        tell_pages(kept, customer)
    return customer


def forget_merges(customer: Customer) -> int:
    """Erase what the joinings into a customer have kept of the others; they stay without undo.

    For the erasure of personal data: `CustomerMerge.data` holds a whole record. Returns how many.
    """
    return CustomerMerge.objects.filter(kept=customer).exclude(data={}).update(data={})


def unite(senders: list[Sender]) -> Register:
    """Return the customers of these senders, after joining those who prove to be one person.

    The first id of a sender that is known decides who is kept (the number before the others).
    """
    while True:
        try:
            return Register(senders)
        except OnePerson as proof:
            join_proven(proof)


def join_proven(proof: OnePerson) -> None:
    """Join the customers whom a message has proved to be one person."""
    kept, *others = proof.customer_ids
    for other in others:
        rows = Customer.objects.in_bulk([kept, other])
        if len(rows) == 2:  # else somebody was faster
            merge(rows[other], into=rows[kept])


def know_as(customer: Customer, sender: Sender) -> None:
    """Give a customer further ids; whoever had one of them turns out to be this customer."""
    for other in {known.pk: known for known in load_customers([sender]).values()}.values():
        if other.pk != customer.pk:
            merge(other, into=customer)
    known = load_customers([sender])
    CustomerIdentity.objects.bulk_create(
        CustomerIdentity(customer=customer, kind=kind, value=value, raw_value=raw)
        for (kind, value), raw in identities(sender).items()
        if (kind, value) not in known
    )


def add_from_card(message: Message, card: int, *, by) -> tuple[Customer, bool]:
    """Make a customer of a contact card in a message; return them and whether they are new.

    Found by identity: whoever is known already stays as they are, however often one asks. Raises
    Refused when there is no such card, or no telephone number on it.
    """
    cards = merging.mapping_list(message.payload.get("contacts"))
    if message.kind != "contacts" or not 0 <= card < len(cards):
        raise Refused(_("There is no such contact card in this message."), "no_card")
    senders = _senders_on_card(cards[card], by_name=_name_on(cards[card]))
    if not senders:
        raise Refused(_("There is no telephone number on this card."), "no_phone")
    with transaction.atomic():
        known = next(iter(load_customers(senders).values()), None)
        if known is not None:
            return known, False
        customer = Register(senders[:1]).customer(senders[0])
        _complete_from_card(customer, cards[card])
        audit.record(AuditKind.CUSTOMER_CHANGED, actor=by, target=customer, message=str(message.pk))
    return customer, True


def _announce(log: CustomerMerge) -> None:
    events.customers_merged.send_robust(
        CustomerMerge, kept_id=log.kept_id, merged_id=UUID(str(log.merged_id))
    )


def _locked(customer: Customer, into: Customer) -> tuple[Customer, Customer]:
    rows = Customer.objects.select_for_update(of=("self",)).order_by("id")
    found = {row.pk: row for row in rows.filter(pk__in=[customer.pk, into.pk])}
    if len(found) < 2:
        raise Refused(_("Somebody has joined these customers meanwhile."), "already_joined")
    if any(row.anonymized_at for row in found.values()):
        raise Refused(_("An erased customer cannot be joined with another."), "erased")
    return found[customer.pk], found[into.pk]


def _name_on(card: dict) -> str:
    name = card.get("name") if isinstance(card.get("name"), dict) else {}
    return str(name.get("formatted_name") or name.get("first_name") or "")[:NAME_LENGTH]


def _senders_on_card(card: dict, by_name: str) -> list[Sender]:
    senders = []
    for phone in merging.mapping_list(card.get("phones")):
        number = str(phone.get("wa_id") or phone.get("phone") or "")
        if phone_numbers.e164(number):
            senders.append(Sender(phone=number, name=by_name))
    return senders


def _complete_from_card(customer: Customer, card: dict) -> None:
    for email in merging.mapping_list(card.get("emails"))[:1]:
        customer.email = str(email.get("email") or "")[:254]
        customer.save(update_fields=["email"])
