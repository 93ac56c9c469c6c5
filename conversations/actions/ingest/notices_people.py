"""What notices say about customers: they no longer want marketing, or are known by another id."""

from dataclasses import replace

from conversations import phone_numbers
from conversations.actions import customers
from conversations.actions.ingest.notices import handles
from conversations.actions.ingest.reading import IDENTITY_MOVED
from conversations.models import Channel, Consent, Contact, Customer
from conversations.providers.base import AccountNotice, Sender

MARKETING = {"marketing_messages", "marketing"}


@handles("user_preferences")
def note_preference(notice: AccountNotice, channel: Channel | None) -> None:
    """Write the customer's yes or no to marketing as a consent; a stranger becomes a customer.

    A row for each notice, because consents are append-only: the latest by the provider's clock counts.
    """
    said = _first(notice.payload.get(notice.field_name))
    if notice.sender is None or _text(said.get("category")) not in MARKETING:
        return
    if _text(said.get("value")) not in ("stop", "resume"):
        return
    Consent.objects.create(
        customer=customers.unite([notice.sender]).customer(notice.sender),
        purpose="marketing",
        given=said["value"] == "resume",
        how="whatsapp",
        text_shown=str(said.get("detail") or ""),
        occurred_at=notice.occurred_at,
    )


@handles(IDENTITY_MOVED)
def note_moved(notice: AccountNotice, channel: Channel | None) -> None:
    """Give the customer their new number or id, as the entry in the conversation says (spec/03, 2.1).

    Where somebody is known by it already, the two are one person from here on. The old number
    stays among the identities: late webhooks still speak of it.
    """
    system = notice.payload.get("system", {})
    number, user_id = _text(system.get("wa_id")), _text(system.get("user_id"))
    _move(notice.sender, Sender(phone=number, wa_id=number, bsuid=user_id), channel)


@handles("user_id_update")
def note_user_id(notice: AccountNotice, channel: Channel | None) -> None:
    """Join the business-scoped id that went and the one that came on one customer."""
    user_id = _first(notice.payload.get(notice.field_name)).get("user_id")
    previous = _text(user_id.get("previous")) if isinstance(user_id, dict) else ""
    if notice.sender is not None:
        old = Sender(bsuid=previous) if previous else replace(notice.sender, bsuid="")
        _move(old, notice.sender, channel)


def _move(old: Sender, new: Sender, channel: Channel | None) -> None:
    if not old.key or not new.key:
        return
    customer = customers.unite([old]).customer(old)
    customers.know_as(customer, new)
    _use_from_now_on(customer, old, new, channel)


def _use_from_now_on(customer: Customer, old: Sender, new: Sender, channel: Channel | None) -> None:
    if new.phone and customer.phone in (None, phone_numbers.e164(old.phone)):
        Customer.objects.filter(pk=customer.pk).update(phone=phone_numbers.e164(new.phone))
    if channel is None:
        return
    contacts = Contact.objects.filter(channel=channel, customer=customer)
    if new.phone:
        contacts.filter(send_to=old.phone).exclude(send_to="").update(send_to=new.phone)
    if new.bsuid:
        contacts.filter(send_to=old.bsuid, send_to_is_bsuid=True).update(send_to=new.bsuid)


def _first(rows) -> dict:
    first = rows[0] if isinstance(rows, list) and rows else {}
    return first if isinstance(first, dict) else {}


def _text(value) -> str:
    return value if isinstance(value, str) else ""
