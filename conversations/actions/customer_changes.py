"""What people change about a customer: fields, tags, blocking. Pages of their conversations hear it.

Locks: the customer's row, then conversations by id (changes.py). Changes of fields and tags are
audited by themselves (accounts/audit/following.py).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models.audit import AuditKind
from conversations import access
from conversations.actions.changes import Changes, ConversationChange
from conversations.actions.conversations import close
from conversations.actions.errors import Refused
from conversations.actions.scheduling import withdraw_all
from conversations.customer_fields import CustomerField
from conversations.models import (
    Conversation,
    Customer,
    CustomerIdentity,
    IdentityKind,
    State,
    Tag,
)

LATEST_TOLD = 20
MOST_AT_ONCE = 200
BLOCKED = "blocked"


class ChangedMeanwhile(Refused):
    """Somebody else was faster; `customer` is what is true now."""

    code = "changed_meanwhile"

    def __init__(self, customer: Customer, field: CustomerField):
        now = field.shown(customer) or _("nothing")
        super().__init__(
            _("Somebody changed this meanwhile. It says now: %(value)s. Save again to replace it.")
            % {"value": ", ".join(map(str, customer.tags.all())) if field.kind == "tags" else now}
        )
        self.customer = customer


@contextmanager
def changing_customer(customer: Customer, *, by, each=None) -> Iterator[Customer]:
    """Change one customer: yields the locked, fresh row; its pages are told afterwards.

    The block saves what it changes; `each` is done to each conversation's change that pages are
    told of. Raises Refused for viewers, and when the customer was erased or joined with another
    meanwhile.
    """
    if by is not None and not access.may_change(by):
        raise Refused(_("Your role reads and changes nothing."), "viewer")
    with transaction.atomic():
        rows = Customer.objects.select_for_update(of=("self",)).filter(pk=customer.pk)
        current = rows.first()
        if current is None:
            raise Refused(_("This customer was joined with another meanwhile."), "joined")
        if current.anonymized_at:
            raise Refused(_("The data of this customer were erased."), "erased")
        yield current
        tell_pages(current, each=each)
    customer.refresh_from_db()


def set_field(customer: Customer, *, by, field: CustomerField, value, seen: str) -> Customer:
    """Write one field; `value` as its form has cleaned it, `seen` the stamp of what was shown.

    Raises ChangedMeanwhile, and Refused for a number that is another customer's.
    """
    with changing_customer(customer, by=by) as current:
        if seen != field.stamp(current):
            raise ChangedMeanwhile(current, field)
        if field.name == "tags":
            current.tags.set(value)
        elif field.attribute:
            others = {k: v for k, v in current.attributes.items() if k != field.attribute}
            is_empty = value is None or value == ""
            current.attributes = others if is_empty else {**others, field.attribute: value}
            current.save(update_fields=["attributes"])
        else:
            if field.name == "phone" and value:
                _know_by_phone(current, value)
            setattr(current, field.name, value)
            current.save(update_fields=[field.name])
    return customer


def tag_customers(customer_ids: Iterable[UUID], *, by, add: Iterable[Tag] = (), remove=()) -> int:
    """Give tags to, and take them from, several customers; return how many they are.

    At most MOST_AT_ONCE. The caller has looked at whose customers they are. Raises Refused.
    """
    if not access.may_change(by):
        raise Refused(_("Your role reads and changes nothing."), "viewer")
    ids = set(customer_ids)
    if not ids:
        raise Refused(_("Choose at least one customer."), "nobody")
    if len(ids) > MOST_AT_ONCE:
        raise Refused(
            _("Choose at most %(limit)d customers at once.") % {"limit": MOST_AT_ONCE}, "too_many"
        )
    with transaction.atomic():
        rows = Customer.objects.known().select_for_update(of=("self",)).order_by("id")
        found = list(rows.filter(pk__in=ids))
        _tag(found, list(add), list(remove))
        audit.record(
            AuditKind.CUSTOMER_CHANGED, actor=by, target=Customer, customers=len(found),
            tags_added=[str(tag) for tag in add], tags_removed=[str(tag) for tag in remove],
        )  # fmt: skip
        tell_pages(*found, latest=0)
    return len(found)


def block(customer: Customer, *, by) -> Customer:
    """Block a customer: what they write is kept and answered by nobody; nothing is sent to them.

    Conversations with the bot or in a queue are closed without a word; one that somebody holds
    stays theirs to close. Doing it twice does it once.
    """
    with changing_customer(customer, by=by, each=partial(_close_unheld, by=by)) as current:
        if current.blocked_at is None:
            current.blocked_at = timezone.now()
            current.save(update_fields=["blocked_at"])
    return customer


def unblock(customer: Customer, *, by) -> Customer:
    """Let a customer be served again, from their next message on."""
    with changing_customer(customer, by=by) as current:
        if current.blocked_at is not None:
            current.blocked_at = None
            current.save(update_fields=["blocked_at"])
    return customer


def tell_pages(*customers: Customer, latest: int = LATEST_TOLD, each=None) -> None:
    """Let the pages of these customers' conversations know: the open ones and the latest others.

    To be called inside the transaction of the change, after all of it.
    """
    ids = [customer.pk for customer in customers]
    Customer.objects.filter(pk__in=ids).update(version=F("version") + 1)
    theirs = Conversation.objects.filter(customer__in=ids)
    told = set(theirs.open().values_list("pk", flat=True))
    told |= set(theirs.order_by("-opened_at", "-id").values_list("pk", flat=True)[:latest])
    changes = Changes()
    changes.lock_alone(told)
    for change in changes.by_id.values():
        change.touch_message()  # nothing of the conversation's own has changed but the version
        if each is not None:
            each(change)
    changes.write()


def _know_by_phone(customer: Customer, phone: str) -> None:
    """A number that is written down is also one by which the customer is recognised."""
    digits = phone.removeprefix("+")
    for kind in (IdentityKind.PHONE, IdentityKind.WA_ID):
        known = CustomerIdentity.objects.select_related("customer").filter(kind=kind, value=digits)
        identity = known.first()
        if identity is None:
            CustomerIdentity.objects.create(
                customer=customer, kind=kind, value=digits, raw_value=digits
            )
        elif identity.customer_id != customer.pk:
            raise Refused(
                _("This number belongs to another customer. Join the two records instead."),
                "number_taken",
            )


def _tag(customers: list[Customer], add: list[Tag], remove: list[Tag]) -> None:
    through = Customer.tags.through
    through.objects.filter(customer__in=customers, tag__in=remove).delete()
    through.objects.bulk_create(
        [through(customer=customer, tag=tag) for customer in customers for tag in add],
        ignore_conflicts=True,
    )


def _close_unheld(change: ConversationChange, *, by) -> None:
    if change.conversation.state in (State.BOT, State.QUEUED):
        close(change, by=by, says_goodbye=False)
        change.events[-1].reason = BLOCKED
    else:
        withdraw_all(change)
