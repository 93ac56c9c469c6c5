"""What a line changes in a customer."""

from collections.abc import Iterable

from django.db.models.functions import Lower
from django.utils import timezone

from conversations import phone_numbers
from conversations.imports.columns import ATTRIBUTE, CONSENT, TAGS
from conversations.models import Consent, Customer, CustomerIdentity, IdentityKind, Tag
from conversations.models.customers import document_hash
from helpdesk.core.bulk import update_rows

PLAIN = (
    "name", "phone", "document", "email", "contract", "plan", "due_day", "city", "neighbourhood",
)  # fmt: skip
WRITTEN = [*PLAIN, "document_hash", "attributes"]


def differences(customer: Customer, values: dict, policy: str) -> dict:
    """Return the fields that a line changes, by what happens to known customers (`policy`).

    update: what the line says; fill: only what was not known; skip: nothing.
    """
    if policy == "skip":
        return {}
    found = {}
    for name, value in values.items():
        if name in PLAIN:
            known = getattr(customer, name)
        elif name.startswith(ATTRIBUTE):
            known = customer.attributes.get(name.removeprefix(ATTRIBUTE))
        else:
            continue
        is_unknown = known in (None, "")
        if known != value and (is_unknown or policy == "update"):
            found[name] = value
    return found


class Writing:
    """Collects what some lines change and writes it with a handful of statements."""

    def __init__(self, options: dict):
        self._options = options
        self._new: dict = {}
        self._changed: dict = {}
        self._phones: dict[tuple[str, str], Customer] = {}
        self._tags: dict[str, set] = {}
        self._consents: dict = {}

    def add(self, values: dict) -> Customer:
        """Make a customer of a line."""
        customer = Customer()
        self._new[customer.pk] = customer
        self._take(customer, values, values)
        return customer

    def change(self, customer: Customer, values: dict) -> bool:
        """Change a customer as a line says; False when there is nothing to change."""
        if self._options["existing"] == "skip":
            return False
        found = differences(customer, values, self._options["existing"])
        if found and customer.pk not in self._new:
            self._changed[customer.pk] = customer
        self._take(customer, found, values)
        return bool(found)

    def write(self) -> None:
        """Write everything; raises IntegrityError when somebody else made one of them meanwhile."""
        Customer.objects.bulk_create(self._new.values())
        update_rows(Customer, self._changed.values(), WRITTEN)
        self._write_identities()
        self._write_tags()
        self._write_consents()

    def _take(self, customer: Customer, fields: dict, values: dict) -> None:
        for name, value in fields.items():
            if name in PLAIN:
                setattr(customer, name, value)
            elif name.startswith(ATTRIBUTE):
                key = name.removeprefix(ATTRIBUTE)
                customer.attributes = {**customer.attributes, key: value}
        if "document" in fields:
            customer.document_hash = document_hash(customer.document)
        if fields.get("phone"):
            digits = phone_numbers.canonical(customer.phone)
            self._phones[IdentityKind.PHONE, digits] = customer
        tags = [*values.get(TAGS, []), self._options.get("tag", "")]
        for tag in filter(None, tags):
            self._tags.setdefault(tag, set()).add(customer.pk)
        if CONSENT in values:
            self._consents[customer.pk] = values[CONSENT]

    def _write_identities(self) -> None:
        """Whose number is known under this very customer already needs no second row."""
        values = [value for _kind, value in self._phones]
        known = set(
            CustomerIdentity.objects.filter(kind=IdentityKind.PHONE, value__in=values).values_list(
                "value", "customer_id"
            )
        )
        CustomerIdentity.objects.bulk_create(
            CustomerIdentity(customer=customer, kind=kind, value=value, raw_value=value)
            for (kind, value), customer in self._phones.items()
            if (value, customer.pk) not in known
        )

    def _write_tags(self) -> None:
        tags = _tags_named(self._tags)
        through = Customer.tags.through
        through.objects.bulk_create(
            [
                through(customer_id=customer_id, tag_id=tags[name.casefold()].pk)
                for name, customer_ids in self._tags.items()
                for customer_id in customer_ids
            ],
            ignore_conflicts=True,
        )

    def _write_consents(self) -> None:
        """A new row only where the last one says something else."""
        rows = Consent.objects.filter(customer__in=self._consents, purpose=CONSENT)
        latest = {row.customer_id: row.given for row in rows.order_by("occurred_at", "id")}
        now = timezone.now()
        Consent.objects.bulk_create(
            Consent(
                customer_id=customer_id, purpose=CONSENT, given=given, how="import",
                text_shown=self._options["consent_text"], occurred_at=now,
            )
            for customer_id, given in self._consents.items()
            if latest.get(customer_id) != given
        )  # fmt: skip


def _tags_named(names: Iterable[str]) -> dict[str, Tag]:
    """Return the tags of these names whatever their case, made where there are none."""
    wanted = {name.casefold(): name for name in names}
    if not wanted:
        return {}
    rows = Tag.objects.annotate(folded=Lower("name")).filter(folded__in=wanted)
    found = {tag.name.casefold(): tag for tag in rows}
    missing = [Tag(name=name) for key, name in wanted.items() if key not in found]
    Tag.objects.bulk_create(missing, ignore_conflicts=True)
    rows = Tag.objects.filter(name__in=[tag.name for tag in missing])
    return found | {tag.name.casefold(): tag for tag in rows}
