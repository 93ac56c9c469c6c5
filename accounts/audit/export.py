"""The trail as a table for spreadsheets."""

import csv
import io
from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.audit.lines import Line, lines_of
from accounts.audit.search import AuditFilter, pages_of

# What a spreadsheet takes for the beginning of a formula.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Spreadsheets take the file for UTF-8 only with this mark.
BYTE_ORDER_MARK = "\ufeff"


def csv_pages(wanted: AuditFilter) -> Iterator[str]:
    """Return the table's text in the language of now, a thousand rows at a time."""
    return _pages(wanted, get_language())


async def in_threads(pages: Iterator[str]) -> AsyncIterator[str]:
    """Return the same pages for ASGI, which would collect them all before it sends the first."""
    following = sync_to_async(next)
    while (page := await following(pages, None)) is not None:
        yield page


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    return "'" + text if text.startswith(FORMULA_BEGINS) else text


def _pages(wanted: AuditFilter, language: str) -> Iterator[str]:
    # The pages are made while the answer is sent, when the request's language is over.
    with override(language):
        head = BYTE_ORDER_MARK + _written([_head()])
    yield head
    for entries in pages_of(wanted):
        with override(language):
            page = _written([_row(line) for line in lines_of(entries)])
        yield page


def _head() -> list[str]:
    return [
        _("when"), _("who"), _("what"), _("kind of object"), _("object"), _("object id"),
        _("changes"), _("facts"), _("by way of"), _("address"), _("device"), _("request"), _("id"),
    ]  # fmt: skip


def _row(line: Line) -> list[str]:
    entry = line.entry
    changes = [f"{change.label}: {change.before} → {change.after}" for change in line.changes]
    return [
        timezone.localtime(entry.occurred_at).isoformat(timespec="seconds"),
        line.actor,
        " ".join(filter(None, [str(entry.get_kind_display()), line.verb])),
        line.object_kind,
        entry.target_label,
        entry.target_id,
        "; ".join(changes),
        "; ".join(f"{name}: {value}" for name, value in line.facts),
        str(entry.get_source_display()),
        entry.address or "",
        line.device,
        entry.request_id,
        str(entry.pk),
    ]


def _written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue()
