"""The fields of a customer that people change one by one: their labels, forms and values.

Beside the columns there is one field per AttributeDefinition, named "attribute:<key>".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations import documents, phone_numbers
from conversations.models import AttributeDefinition, Customer, Tag

ATTRIBUTE = "attribute:"
TEXT_LENGTH = 200
SALT = "conversations.customer_fields"


class PhoneField(forms.CharField):
    """A telephone number as people write it; Brazilian ones with or without +55."""

    def clean(self, value) -> str | None:
        written = super().clean(value)
        digits = re.sub(r"[^0-9]", "", written).lstrip("0")
        if not digits:
            return None
        if written.startswith("+") and not digits.startswith("55"):
            is_right = 8 <= len(digits) <= 15
        else:
            digits = digits.removeprefix("55") if len(digits) in (12, 13) else digits
            is_right, digits = len(digits) in (10, 11), f"55{digits}"
        if not is_right:
            raise forms.ValidationError(
                _("Write the number with its area code, such as (11) 98765-4321.")
            )
        return phone_numbers.e164(digits)


class DocumentField(forms.CharField):
    """A CPF or CNPJ whose check digits fit; its digits alone."""

    def clean(self, value) -> str:
        digits = documents.digits_of(super().clean(value))
        if digits and not documents.is_valid(digits):
            raise forms.ValidationError(
                _("This is no CPF or CNPJ: its last two digits do not fit.")
            )
        return digits


@dataclass(frozen=True, slots=True)
class CustomerField:
    """One field: `name` in addresses, `kind` for the template, and how it is read from a form."""

    name: str
    label: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The name as part of an element's id."""
        return self.name.replace(":", "-")

    @property
    def attribute(self) -> str:
        """The attribute's key; '' for a column."""
        return self.name.removeprefix(ATTRIBUTE) if self.name.startswith(ATTRIBUTE) else ""

    def value(self, customer: Customer):
        """Return what the customer has in this field, as it is stored."""
        if self.name == "tags":
            return sorted(str(tag.pk) for tag in customer.tags.all())
        if self.attribute:
            return customer.attributes.get(self.attribute)
        return getattr(customer, self.name)

    def shown(self, customer: Customer) -> str:
        """Return the value as people read it; documents masked."""
        if self.name == "document":
            return customer.masked_document
        if self.name == "phone":
            return customer.readable_phone
        return _in_words(self.kind, self.value(customer))

    def stamp(self, customer: Customer) -> str:
        """Return a mark of the present value, by which a form tells what its writer has seen."""
        text = f"{customer.pk}:{self.name}:{self.value(customer)!r}"
        return salted_hmac(SALT, text).hexdigest()[:20]

    def form_field(self) -> forms.Field:
        """Return the field that checks what somebody writes here."""
        return _FORM_FIELDS.get(self.name, _FORM_FIELDS.get(self.kind, _text_field))(self)


COLUMNS = {
    field.name: field
    for field in [
        CustomerField("name", _("Name")),
        CustomerField("phone", _("Phone"), "phone"),
        CustomerField("document", _("CPF/CNPJ"), "document"),
        CustomerField("email", _("E-mail"), "email"),
        CustomerField("contract", _("Contract")),
        CustomerField("plan", _("Plan")),
        CustomerField("due_day", _("Due on day"), "day"),
        CustomerField("city", _("City")),
        CustomerField("neighbourhood", _("Neighbourhood")),
        CustomerField("tags", _("Tags"), "tags"),
    ]
}
# What differs between two records that are joined, and can be chosen from either.
CHOSEN_BETWEEN = [
    "name", "phone", "document", "email", "contract", "plan", "due_day", "city", "neighbourhood",
]  # fmt: skip
REACHED = [COLUMNS[name] for name in ("phone", "email")]
SERVED = [COLUMNS[name] for name in ("contract", "plan", "due_day", "city", "neighbourhood")]


def attribute_fields(definitions: Iterable[AttributeDefinition] | None = None):
    """Return one field per attribute that this house keeps, in the order of their names."""
    rows = AttributeDefinition.objects.order_by("name") if definitions is None else definitions
    return [
        CustomerField(
            f"{ATTRIBUTE}{row.key}",
            row.name,
            row.kind,
            tuple((str(choice), str(choice)) for choice in row.choices),
        )
        for row in rows
    ]


def field_named(name: str) -> CustomerField | None:
    """Return a field by its name in an address, None where there is none."""
    if not name.startswith(ATTRIBUTE):
        return COLUMNS.get(name)
    rows = AttributeDefinition.objects.filter(key=name.removeprefix(ATTRIBUTE))
    return next(iter(attribute_fields(rows)), None)


class FieldForm(forms.Form):
    """One field of one customer; `seen` tells which value the writer had before their eyes."""

    seen = forms.CharField(max_length=40, required=False)

    def __init__(self, field: CustomerField, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"] = field.form_field()


def _in_words(kind: str, value) -> str:
    if value is None or value == "":
        return ""
    if kind == "boolean":
        return gettext("Yes") if value else gettext("No")
    if kind == "number" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    if kind == "date":
        try:
            return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
        except (TypeError, ValueError):
            return str(value)  # written by somebody else than this form
    return str(value)


def _text_field(field: CustomerField) -> forms.Field:
    length = TEXT_LENGTH if field.attribute else Customer._meta.get_field(field.name).max_length
    return forms.CharField(required=False, max_length=length)


class _DateField(forms.DateField):
    def clean(self, value) -> str | None:
        day = super().clean(value)
        return day and day.isoformat()


_FORM_FIELDS = {
    "phone": lambda field: PhoneField(required=False, max_length=30),
    "document": lambda field: DocumentField(required=False, max_length=30),
    "email": lambda field: forms.EmailField(required=False, max_length=254),
    "due_day": lambda field: forms.IntegerField(required=False, min_value=1, max_value=31),
    "number": lambda field: forms.FloatField(required=False, min_value=-1e15, max_value=1e15),
    "date": lambda field: _DateField(required=False),
    "boolean": lambda field: forms.TypedChoiceField(
        required=False,
        choices=[("", ""), ("yes", ""), ("no", "")],
        coerce=lambda said: said == "yes",
        empty_value=None,
    ),
    "choice": lambda field: forms.ChoiceField(required=False, choices=[("", ""), *field.choices]),
    "tags": lambda field: forms.ModelMultipleChoiceField(Tag.objects.all(), required=False),
}
