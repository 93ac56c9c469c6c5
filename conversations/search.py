"""What the words of a search find: customers by name and number, conversations by protocol, texts.

`found(rows, words)` looks among the conversations it is given, which are those the reader may see,
so nothing else can be found. Of texts it returns the newest MOST; whoever wants older ones says more
words. The list then orders, pages and shows them like any others.

Texts: search_texts.py. Names: each word somewhere in the name, without accents and capitals.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Func, Q, TextField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from conversations import phone_numbers, search_texts
from conversations.models import Customer, CustomerIdentity, Message
from conversations.models.customers import document_hash

MOST = 300  # conversations found by what was said in them
MOST_CUSTOMERS = 1000  # more are no hint any more: then the conversations are walked through
MOST_WORDS, LONGEST_WORD = 8, 40
LEAST_DIGITS = 4
SHORTEST_TEXT = 3  # letters before texts are searched
BEFORE, EXCERPT = 24, 160  # characters in front of the first hit, and in all

NOBODY = Q(pk__in=())
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: which conversations, and in which message where a text was hit."""

    words: tuple[str, ...]
    people: Q = NOBODY
    messages: dict[UUID, UUID] = field(default_factory=dict)

    @property
    def within(self) -> Q:
        """What the list is narrowed to."""
        return self.people | Q(pk__in=self.messages)

    @property
    def is_cut(self) -> bool:
        """Whether more was said than was looked for: the newest are shown."""
        return len(self.messages) >= MOST


def found(rows, words: str) -> Found:
    """Search these conversations. Whatever is typed is words; nothing in it is an operator."""
    clean = "".join(one if one.isprintable() else " " for one in words[:200]).strip()
    said = words_of(clean)
    if not said:
        return Found(said)
    digits = re.sub(r"[^0-9]", "", clean)
    named = None if all(word.isdecimal() for word in said) else _by_name(said)
    looked = max(map(len, said)) >= SHORTEST_TEXT
    customers, messages = search_texts.look_up(
        _customers(clean, digits, named), rows, said if looked else (), MOST
    )
    people = Q(protocol__startswith=clean.lstrip("#")) | Q(customer__in=customers)
    if named is not None and len(customers) > MOST_CUSTOMERS:
        # Of a common name the walk through the conversations is faster.
        people |= Q(customer__in=named)
    return Found(said, people, messages)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: small letters without accents."""
    return tuple(word[:LONGEST_WORD] for word in _WORD.findall(plain(text))[:MOST_WORDS])


def plain(text: str) -> str:
    """Return a text without accents and capitals, as conversations_plain() of PostgreSQL does."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).lower()


def show_excerpts(rows, hits: Found) -> None:
    """Give each row of a page that was found by a text its `excerpt` and `found_message`."""
    wanted = {hits.messages[row.pk]: row for row in rows if row.pk in hits.messages}
    for key, body in Message.objects.filter(pk__in=wanted).values_list("pk", "body"):
        wanted[key].excerpt = excerpt(body, hits.words)
        wanted[key].found_message = key


def excerpt(body: str, words: tuple[str, ...]) -> SafeString:
    """Return the part of a text around its first hit, with every hit marked. Escaped."""
    text = " ".join(body.split())
    places = _hits(text, words)
    start = max(0, places[0][0] - BEFORE) if places else 0
    if start:
        start = text.find(" ", start, places[0][0]) + 1 or start
    end = start + EXCERPT
    parts, at = ["…" if start else ""], start
    for first, last in places:
        if at <= first and last <= end:
            parts.append(format_html("{}<mark>{}</mark>", text[at:first], text[first:last]))
            at = last
    parts.append(format_html("{}{}", text[at:end], "…" if end < len(text) else ""))
    return mark_safe("".join(parts))  # noqa: S308  each part is escaped above


def _hits(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where words begin like those searched for; else those that share their stem."""
    places = [(match.span(), plain(match[0])) for match in _WORD.finditer(text)]
    hits = set()
    for word in words:
        exact = {span for span, one in places if one.startswith(word)}
        stem = word[: max(4, len(word) - 3)]
        hits |= exact or {span for span, one in places if len(word) > 3 and one.startswith(stem)}
    return sorted(hits)


def _customers(clean: str, digits: str, named):
    """The customers with whom or under which number; one more than are of use."""
    ways = [_by_record(clean, digits)]
    if len(digits) >= LEAST_DIGITS:
        ways.append(_by_number(digits))
    if named is not None:
        ways.append(named)
    return ways[0].union(*ways[1:], all=True)[: MOST_CUSTOMERS + 1]


def _by_record(clean: str, digits: str):
    """Those of a contract or of a whole CPF or CNPJ."""
    customers = Q(contract__in={clean, digits} - {""})
    if len(digits) in (11, 14):
        customers |= Q(document_hash=document_hash(digits))
    return Customer.objects.filter(customers).values_list("pk", flat=True)


def _by_number(digits: str):
    numbers = Q()
    for one in _ways_of_writing(digits):
        numbers |= Q(value__contains=one)
    return CustomerIdentity.objects.filter(numbers).values_list("customer", flat=True)


def _by_name(said: tuple[str, ...]):
    """Those with each word in their names; very short ones only where a word begins."""
    named = Customer.objects.alias(plain_name=_Plain("name"))
    for word in said:
        part = Q(plain_name__contains=word)
        if len(word) < SHORTEST_TEXT:
            part = Q(plain_name__startswith=word) | Q(plain_name__contains=f" {word}")
        named = named.filter(part)
    return named.values_list("pk", flat=True)


def _ways_of_writing(digits: str) -> set[str]:
    """Return the beginnings of stored numbers that somebody may mean: 0xx, and the ninth digit."""
    short = digits.lstrip("0")
    ways = {digits, short, phone_numbers.canonical(short), phone_numbers.canonical(f"55{short}")}
    for country in ("55", ""):
        rest = short.removeprefix(country)
        if rest != short or not country:
            area, number = rest[:2], rest[2:]
            # An unfinished number with its area code, without the ninth digit.
            if len(number) >= 2 and number[0] in "6789":
                ways.add(f"{country}{area}9{number}")
    return {way for way in ways if len(way) >= LEAST_DIGITS}


class _Plain(Func):
    function = "conversations_plain"
    output_field = TextField()


def teach(sender, connection, **kwargs) -> None:
    """Give SQLite's connections the function that PostgreSQL has from a migration."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "conversations_plain", 1, _plain_or_null, deterministic=True
        )


def _plain_or_null(text: str | None) -> str | None:
    return None if text is None else plain(text)
