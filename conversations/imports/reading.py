"""CSV and XLSX as rows of text. Whatever comes in here was made by a stranger's program."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from xml.etree.ElementTree import ParseError

MAX_BYTES = 50 * 1024 * 1024
MAX_LINES = 200_000
MAX_COLUMNS = 100
CELL_LENGTH = 1_000
# An XLSX is a ZIP: what it becomes unpacked is not for its author to decide.
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
EXAMPLE_LINES = 20
DELIMITERS = ";,\t|"


class UnreadableTable(ValueError):
    """A file that is no table we can read; `code` says why (words.py has the sentence)."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Table:
    """A file's titles, and its lines when asked: pairs of line number (the first is 2) and cells."""

    titles: list[str]
    lines: Iterator[tuple[int, list[str]]]

    def examples(self) -> list[str]:
        """Return for each title the first value that is not empty; uses up the first lines."""
        found = [""] * len(self.titles)
        for _number, cells in islice(self.lines, EXAMPLE_LINES):
            for place, cell in enumerate(cells[: len(found)]):
                found[place] = found[place] or cell
        return found


def read_table(content: bytes) -> Table:
    """Read a CSV (any common separator, UTF-8 or Windows-1252) or an XLSX (its first sheet).

    Raises UnreadableTable at once for what is no table, and while the lines are read for what is
    broken further on or has too many lines.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableTable("too_large")
    rows = _xlsx_rows(content) if content.startswith(b"PK") else _csv_rows(content)
    titles = [title.strip() for title in next(rows, [])]
    while titles and not titles[-1]:
        titles.pop()
    if not titles:
        raise UnreadableTable("empty")
    if len(titles) > MAX_COLUMNS:
        raise UnreadableTable("too_many_columns")
    return Table(titles, _numbered(rows, len(titles)))


def _numbered(rows: Iterator[list[str]], width: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=2):
        if number > MAX_LINES + 1:
            raise UnreadableTable("too_many_lines")
        if any(cells):
            yield number, (cells + [""] * width)[:width]


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield [_cleaned(cell) for cell in row]
    except csv.Error as error:
        raise UnreadableTable("broken") from error


def _decoded(content: bytes) -> str:
    if b"\0" in content[:4096]:
        raise UnreadableTable("not_a_table")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _xlsx_rows(content: bytes) -> Iterator[list[str]]:
    # Loaded here: it costs 60 ms and few processes ever need it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise UnreadableTable("too_large")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_text_of(cell) for cell in row]
    except (zipfile.BadZipFile, InvalidFileException, ParseError) as error:
        raise UnreadableTable("broken") from error
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, EOFError) as error:
        if isinstance(error, UnreadableTable):
            raise
        raise UnreadableTable("broken") from error


def _text_of(cell) -> str:
    """A telephone number that a spreadsheet keeps as 11987654321.0 is written without the zero."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == datetime.min.time() else cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return _cleaned(str(cell))


def _cleaned(cell: str) -> str:
    return cell.replace("\0", "").strip()[:CELL_LENGTH]
