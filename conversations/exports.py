"""Customers as a table to take away: the columns that an import understands, documents masked."""

import csv
import tempfile
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from conversations.imports.columns import FIELDS
from conversations.models import AttributeDefinition, Consent, Customer

MOST_ROWS = 200_000  # as many as an import takes
ROWS_AT_ONCE = 1_000
# What a spreadsheet would take for the beginning of a formula (CSV injection, OWASP).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def table_of(customers: QuerySet[Customer]) -> Iterator[list[str]]:
    """Yield the titles and a line per customer; a fixed number of queries per thousand."""
    attributes = list(AttributeDefinition.objects.order_by("name"))
    yield [str(label) for label in FIELDS.values()] + [one.name for one in attributes]
    rows = customers.order_by("id").prefetch_related("tags")[:MOST_ROWS]
    for portion in _portions(rows):
        accepts = _latest_consents(portion)
        for customer in portion:
            yield [*_cells(customer, accepts), *_own_cells(customer, attributes)]


def as_csv(table: Iterable[list[str]]) -> Iterator[str]:
    """Return the pieces of a CSV as Brazilian spreadsheets open it: semicolons, a mark for UTF-8.

    They are made while they are sent, when the request's language is over: it is kept.
    """
    return _csv_pieces(table, translation.get_language())


def _csv_pieces(table: Iterable[list[str]], language: str) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    with translation.override(language):
        for line in table:
            yield writer.writerow([_harmless(cell) for cell in line])


def as_xlsx(table: Iterable[list[str]]):
    """Return an open temporary file with the table; every cell is text, so none is a formula."""
    # Loaded here: few processes ever need it.
    from xlsxwriter import Workbook

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    with Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Customers"))
        sheet.freeze_panes(1, 0)
        for place, line in enumerate(table):
            for column, cell in enumerate(line):
                sheet.write_string(place, column, cell)
    file.seek(0)
    return file


def _portions(rows: QuerySet[Customer]) -> Iterator[list[Customer]]:
    portion = []
    for customer in rows.iterator(chunk_size=ROWS_AT_ONCE):
        portion.append(customer)
        if len(portion) == ROWS_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _latest_consents(customers: list[Customer]) -> dict:
    rows = Consent.objects.filter(customer__in=customers, purpose="marketing")
    return dict(rows.order_by("occurred_at", "id").values_list("customer", "given"))


def _cells(customer: Customer, accepts: dict) -> list[str]:
    said = {None: "", True: _("yes"), False: _("no")}
    return [
        customer.name,
        customer.readable_phone,
        customer.masked_document,
        customer.email,
        customer.contract,
        customer.plan,
        str(customer.due_day or ""),
        customer.city,
        customer.neighbourhood,
        ", ".join(sorted(tag.name for tag in customer.tags.all())),
        said[accepts.get(customer.pk)],
    ]


def _own_cells(customer: Customer, attributes: list[AttributeDefinition]) -> list[str]:
    return [str(customer.attributes.get(one.key, "")) for one in attributes]


def _harmless(cell: str) -> str:
    """A telephone number begins with a plus and is left alone."""
    is_number = cell[:1] == "+" and cell[1:2].isdigit()
    return f"'{cell}" if cell[:1] in FORMULA_SIGNS and not is_number else cell
