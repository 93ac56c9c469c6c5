"""Whom the lines of a file are about."""

from collections import defaultdict
from uuid import UUID

from conversations.actions.register import load_customers
from conversations.models import Customer
from conversations.models.customers import document_hash
from conversations.providers.base import Sender


class TwoCustomers(Exception):
    """Phone and document of one line belong to two different people."""


class People:
    """The stored customers of some lines, loaded with three queries; each is one object."""

    def __init__(self, lines: list[dict]):
        self.rows: dict[UUID, Customer] = {}
        self._by_key: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
        senders = [_sender(line) for line in lines if line.get("phone")]
        for (_kind, value), customer in load_customers(senders).items():
            self._know("phone", value, customer)
        hashes = {document_hash(line["document"]) for line in lines if line.get("document")}
        for customer in Customer.objects.filter(document_hash__in=hashes):
            self._know("document", customer.document_hash, customer)
        contracts = {line["contract"] for line in lines if line.get("contract")}
        for customer in Customer.objects.filter(contract__in=contracts):
            self._know("contract", customer.contract, customer)

    def of(self, line: dict) -> Customer | None:
        """Return whom a line is about: by phone, then document, then contract (if it is one's only).

        Raises TwoCustomers.
        """
        by_phone, by_document, by_contract = (self._single(*key) for key in _keys(line))
        if by_phone and by_document and by_phone.pk != by_document.pk:
            raise TwoCustomers
        return by_phone or by_document or by_contract

    def add(self, line: dict, customer: Customer) -> None:
        """Know the customer whom a line has made or told more about, for the lines that follow."""
        for kind, value in _keys(line):
            if value:
                self._know(kind, value, customer)

    def _know(self, kind: str, value: str, customer: Customer) -> None:
        self.rows.setdefault(customer.pk, customer)
        if customer.pk not in self._by_key[kind, value]:
            self._by_key[kind, value].append(customer.pk)

    def _single(self, kind: str, value: str) -> Customer | None:
        found = self._by_key.get((kind, value), []) if value else []
        return self.rows[found[0]] if len(found) == 1 else None


def _keys(line: dict) -> list[tuple[str, str]]:
    document = line.get("document", "")
    return [
        ("phone", line.get("phone", "").lstrip("+")),
        ("document", document and document_hash(document)),
        ("contract", line.get("contract", "")),
    ]


def _sender(line: dict) -> Sender:
    digits = line["phone"].lstrip("+")
    return Sender(phone=digits, wa_id=digits)
