"""The work on an import: checking its lines, writing them. Under a lease with a fence."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from conversations.actions.imports.people import People, TwoCustomers
from conversations.actions.imports.writing import Writing, differences
from conversations.imports import reading
from conversations.imports.values import Line, judge
from conversations.models import (
    AttributeDefinition,
    Customer,
    CustomerImport,
    CustomerImportRow,
    ImportState,
    RowOutcome,
)
from helpdesk.core import leases

log = structlog.get_logger(__name__)
LEASE_SECONDS = 30
CHECKED_AT_ONCE = 500
WRITTEN_AT_ONCE = 200
TURN_SECONDS = 30.0  # then the worker's other tasks may have their turn
# Somebody writes to us at the very moment: the line finds the customer the second time.
TRIES = 3


class _Stopped(Exception):
    """Somebody has cancelled the import."""


def sweep() -> list:
    """Return the imports that a worker is to go on with."""
    return list(CustomerImport.objects.at_work().values_list("pk", flat=True))


def work(import_id) -> bool:
    """Check or write an import for some seconds; True when there is more to do right away.

    Returns at once when somebody else works on it. Raises CustomerImport.DoesNotExist.
    """
    name, holder = f"import.{import_id}", leases.new_holder()
    fence = leases.acquire(name, holder, LEASE_SECONDS)
    if fence is None:
        return False
    try:
        return _go_on(CustomerImport.objects.get(pk=import_id), {name: fence}, holder)
    except (_Stopped, leases.LeaseLost):
        return False
    finally:
        leases.release(name, holder, fence)


def _go_on(customer_import: CustomerImport, fences: dict[str, int], holder: str) -> bool:
    turn = _Turn(customer_import, fences, holder)
    if customer_import.state == ImportState.CHECKING:
        try:
            turn.check()
        except reading.UnreadableTable as error:
            turn.fail(error.code)
        return False
    elif customer_import.state == ImportState.RUNNING:
        return turn.write()
    else:
        return False


class _Turn:
    def __init__(self, customer_import: CustomerImport, fences: dict[str, int], holder: str):
        self._import = customer_import
        self._fences = fences
        self._holder = holder
        self._attributes = {one.key: one for one in AttributeDefinition.objects.all()}
        self._first_line: dict[str, int] = {}

    def check(self) -> None:
        """Judge every line anew: what a worker that died has left is thrown away."""
        with self._step():
            CustomerImportRow.objects.filter(customer_import=self._import).delete()
        for numbered in _portions(self._lines(), CHECKED_AT_ONCE):
            judged = [(number, judge(cells, self._attributes)) for number, cells in numbered]
            people = People([line.values for _number, line in judged])
            with self._step():
                CustomerImportRow.objects.bulk_create(
                    self._checked_row(number, line, people) for number, line in judged
                )
        with self._step() as row:
            self._finish(row, ImportState.CHECKED)

    def write(self) -> bool:
        """Write lines until the turn ends; True when some are left."""
        ends_at = time.monotonic() + TURN_SECONDS
        while time.monotonic() < ends_at:
            if not self._write_some():
                return False
        return True

    def fail(self, code: str) -> None:
        """End an import whose file cannot be read to its end."""
        with self._step() as row:
            row.error = code
            self._finish(row, ImportState.FAILED)

    def _step(self):
        return _step(self._import, self._fences, self._holder)

    def _lines(self) -> Iterator[tuple[int, dict[str, str]]]:
        fields = {int(place): name for place, name in self._import.mapping.items()}
        with self._import.file.open("rb") as file:
            table = reading.read_table(file.read())
        for number, cells in table.lines:
            yield number, {name: cells[place] for place, name in fields.items()}

    def _checked_row(self, number: int, line: Line, people: People) -> CustomerImportRow:
        outcome = self._outcome(line, people)
        self._note_twins(number, line)
        row = CustomerImportRow(
            customer_import=self._import, line=number, outcome=outcome, errors=line.errors,
            warnings=line.warnings,
        )  # fmt: skip
        row.values = line.values
        return row

    def _outcome(self, line: Line, people: People) -> str:
        if line.errors:
            return RowOutcome.ERROR
        customer, trouble = _whom(line.values, people)
        if trouble:
            line.errors.append([trouble, ""])
            return RowOutcome.ERROR
        if customer is None:
            return RowOutcome.NEW
        is_changed = differences(customer, line.values, self._import.options["existing"])
        return RowOutcome.CHANGED if is_changed else RowOutcome.UNCHANGED

    def _note_twins(self, number: int, line: Line) -> None:
        if line.errors:
            return
        for key in ("phone", "document", "contract"):
            if value := line.values.get(key):
                first = self._first_line.setdefault(f"{key}:{value}", number)
                if first != number:
                    line.warnings.append(["same_as_line", str(first)])
                    return

    def _write_some(self) -> bool:
        """Write the next lines in one transaction; False when none is left."""
        for left in reversed(range(TRIES)):
            try:
                with self._step() as row:
                    return self._write_portion(row, WRITTEN_AT_ONCE)
            except IntegrityError:
                if not left:
                    self._refuse_clashing()
        return True

    def _write_portion(self, row: CustomerImport, at_once: int) -> bool:
        portion = list(self._waiting()[:at_once])
        if not portion:
            self._finish(row, ImportState.DONE)
            return False
        lines = [one.values for one in portion]
        people = People(lines)
        _lock(people)
        writing = Writing(row.options)
        for one, values in zip(portion, lines, strict=True):
            _write_line(one, values, people, writing)
        writing.write()
        CustomerImportRow.objects.bulk_update(
            portion, ["outcome", "errors", "customer", "imported_at"]
        )
        return True

    def _refuse_clashing(self) -> None:
        """One of the portion's lines does not go in: find it by writing one at a time."""
        for _ in range(WRITTEN_AT_ONCE):
            try:
                with self._step() as row:
                    if not self._write_portion(row, 1):
                        return
            except IntegrityError:
                with self._step():
                    clashing = self._waiting().first()
                    clashing.outcome = RowOutcome.ERROR
                    clashing.errors = [["meanwhile", ""]]
                    clashing.save(update_fields=["outcome", "errors"])

    def _waiting(self):
        rows = CustomerImportRow.objects.filter(customer_import=self._import, imported_at=None)
        return rows.exclude(outcome=RowOutcome.ERROR).order_by("line")

    def _finish(self, row: CustomerImport, state: str) -> None:
        row.state = state
        row.counts = counts_of(row)
        row.finished_at = None if state == ImportState.CHECKED else timezone.now()
        row.save(update_fields=["state", "counts", "finished_at", "error"])


@contextmanager
def _step(customer_import: CustomerImport, fences: dict[str, int], holder: str):
    """One transaction under the fence, on an import that is still at work; renews the lease."""
    for name, fence in fences.items():
        leases.renew(name, holder, fence, LEASE_SECONDS)
    with transaction.atomic():
        leases.guard(fences)
        row = CustomerImport.objects.select_for_update(of=("self",)).get(pk=customer_import.pk)
        if row.state != customer_import.state:
            raise _Stopped
        yield row


def counts_of(customer_import: CustomerImport) -> dict[str, int]:
    """Return how many lines have which outcome, how many have warnings, and how many there are."""
    rows = CustomerImportRow.objects.filter(customer_import=customer_import)
    counts = {row["outcome"]: row["n"] for row in rows.values("outcome").annotate(n=Count("pk"))}
    counts["lines"] = sum(counts.values())
    counts["warnings"] = rows.exclude(warnings=[]).exclude(outcome=RowOutcome.ERROR).count()
    return counts


def _whom(values: dict, people: People) -> tuple[Customer | None, str]:
    """Whom a line is about, or what is wrong."""
    try:
        customer = people.of(values)
    except TwoCustomers:
        return None, "two_customers"
    if customer is None:
        return None, "" if values.get("name") or values.get("phone") else "no_name"
    return customer, "erased" if customer.anonymized_at else ""


def _write_line(one: CustomerImportRow, values: dict, people: People, writing: Writing) -> None:
    customer, trouble = _whom(values, people)
    if trouble:
        one.outcome, one.errors = RowOutcome.ERROR, [[trouble, ""]]
        return
    if customer is None:
        customer, one.outcome = writing.add(values), RowOutcome.NEW
    else:
        is_changed = writing.change(customer, values)
        one.outcome = RowOutcome.CHANGED if is_changed else RowOutcome.UNCHANGED
    people.add(values, customer)
    one.customer, one.imported_at = customer, timezone.now()


def _lock(people: People) -> None:
    """Hold the customers, and go by what is true now."""
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk__in=people.rows)
    people.rows.update({row.pk: row for row in rows.order_by("id")})


def _portions(lines: Iterator, size: int) -> Iterator[list]:
    while portion := list(islice(lines, size)):
        yield portion
