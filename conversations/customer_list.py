"""The list of customers: which ones, in which order, and where the next page begins."""

import base64
import json
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.cache import cache
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from conversations import documents, phone_numbers
from conversations.access import visible_conversations, visible_customers
from conversations.actions.changes import share_channels
from conversations.models import Conversation, Customer
from conversations.models.customers import document_hash

PER_PAGE = 50
# Counting further would read the whole table for a number nobody needs.
COUNTED_AT_MOST = 10_000
CITIES_SECONDS, MOST_CITIES = 300, 500
SHORTEST_NUMBER = 4
TEXT_LENGTH = 100
SORTS = {
    "newest": (_("Newest first"), ["-id"]),
    "name": (_("By name"), ["name", "id"]),
    "city": (_("By city"), ["city", "name", "id"]),
}


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """What the address asks for; every value is text from outside."""

    q: str = ""
    tag: str = ""
    city: str = ""
    blocked: str = ""
    no_phone: str = ""
    sort: str = "newest"
    after: str = ""

    @classmethod
    def from_query(cls, query) -> "CustomerFilter":
        """Read an address; what makes no sense is left out."""
        said = {
            field.name: query.get(field.name, "").replace("\0", "").strip() for field in fields(cls)
        }
        said["q"], said["city"] = said["q"][:TEXT_LENGTH], said["city"][:TEXT_LENGTH]
        said["sort"] = said["sort"] if said["sort"] in SORTS else "newest"
        said["tag"] = said["tag"] if _uuid(said["tag"]) else ""
        return cls(**said)

    @property
    def is_narrowed(self) -> bool:
        return any([self.q, self.tag, self.city, self.blocked, self.no_phone])

    def query(self, **changed) -> str:
        """Return this as an address's query, without the place in the list unless it is given."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values |= {"after": "", **changed}
        if values["sort"] == "newest":
            values["sort"] = ""
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(slots=True)
class CustomerPage:
    """Some rows with each one's latest conversation, and the query of the next page ('' at the end)."""

    rows: list[Customer]
    next: str


def page_for(user, wanted: CustomerFilter) -> CustomerPage:
    """Return one page; a fixed number of queries whatever it holds."""
    order = SORTS[wanted.sort][1]
    latest = visible_conversations(user).filter(customer=OuterRef("pk")).order_by("-opened_at")
    rows = (
        _after(matching(user, wanted), order, wanted.after)
        .annotate(latest_id=Subquery(latest.values("pk")[:1]))
        .prefetch_related("tags")
        .order_by(*order)
    )
    found = list(rows[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    _add_latest(shown)
    after = wanted.query(after=_cursor(shown[-1], order)) if len(found) > PER_PAGE else ""
    return CustomerPage(shown, after)


def matching(user, wanted: CustomerFilter) -> QuerySet[Customer]:
    """Return the customers this person sees that match, in no order."""
    customers = visible_customers(user).known()
    if wanted.tag:
        customers = customers.filter(tags=wanted.tag)
    if wanted.city:
        customers = customers.filter(city__iexact=wanted.city)
    if wanted.blocked:
        customers = customers.exclude(blocked_at=None)
    if wanted.no_phone:
        customers = customers.filter(Q(phone=None) | Q(phone=""))
    return customers.filter(found_by(wanted.q)) if wanted.q else customers


def count(customers: QuerySet[Customer]) -> tuple[int, bool]:
    """Return how many there are, and whether there are more than were counted."""
    found = customers.order_by()[: COUNTED_AT_MOST + 1].count()
    return min(found, COUNTED_AT_MOST), found > COUNTED_AT_MOST


def found_by(words: str) -> Q:
    """Return what finds customers by name, number in any spelling, document, contract or city."""
    found = Q(contract=words)
    digits = documents.digits_of(words)
    if documents.is_valid(digits):
        found |= Q(document_hash=document_hash(digits))
    if any(letter.isalpha() for letter in words):
        name = Q()
        for word in words.split():
            name &= Q(name__icontains=word)
        return found | name | Q(city__istartswith=words)
    if len(digits) >= SHORTEST_NUMBER:
        found |= _by_number(digits)
    return found


def cities() -> list[str]:
    """Return the cities of customers for suggestions, at most some minutes old."""
    return cache.get_or_set("customers.cities", _cities, CITIES_SECONDS)


def _cities() -> list[str]:
    rows = Customer.objects.known().exclude(city="").order_by("city")
    return list(rows.values_list("city", flat=True).distinct()[:MOST_CITIES])


def _by_number(digits: str) -> Q:
    digits = digits.lstrip("0") or digits
    national = digits[2:] if len(digits) in (12, 13) and digits.startswith("55") else digits
    if len(national) in (10, 11):
        return Q(phone__in={phone_numbers.e164(f"55{national}"), phone_numbers.e164(digits)})
    found = Q(phone__contains=digits)
    if 6 <= len(digits) <= 9:  # an area code and the beginning of a number without its ninth digit
        found |= Q(phone__contains=f"{digits[:2]}9{digits[2:]}")
    return found


def _add_latest(rows: list[Customer]) -> None:
    latest = Conversation.objects.in_bulk({row.latest_id for row in rows if row.latest_id})
    share_channels(latest.values())
    for row in rows:
        row.latest = latest.get(row.latest_id)


def _after(customers: QuerySet, order: list[str], cursor: str) -> QuerySet:
    """The rows behind a place: (a, b) > (x, y) as a > x or a = x and b > y."""
    values = _values(cursor, len(order))
    if values is None:
        return customers
    behind, same = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        column = name.removeprefix("-")
        behind |= same & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{column: value})
    return customers.filter(behind)


def _cursor(row: Customer, order: list[str]) -> str:
    values = [str(getattr(row, name.removeprefix("-"))) for name in order]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def _values(cursor: str, length: int) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError:
        return None
    is_ours = isinstance(values, list) and len(values) == length
    if not is_ours or not all(isinstance(value, str) for value in values):
        return None
    return values if _uuid(values[-1]) and "\0" not in "".join(values) else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
