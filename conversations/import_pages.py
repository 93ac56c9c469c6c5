"""What the pages of an import show, and what their forms say."""

from collections.abc import Iterator

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from conversations import phone_numbers
from conversations.imports import reading, words
from conversations.imports.columns import ATTRIBUTE, FIELDS
from conversations.models import (
    AttributeDefinition,
    CustomerImport,
    CustomerImportRow,
    ImportState,
    RowOutcome,
)

STEPS = [_("File"), _("Columns"), _("Check"), _("Import"), _("Result")]
STEP_OF_STATE = {
    ImportState.UPLOADED: 1, ImportState.CHECKING: 2, ImportState.CHECKED: 2,
    ImportState.RUNNING: 3, ImportState.DONE: 4, ImportState.FAILED: 4, ImportState.CANCELLED: 4,
}  # fmt: skip
POLICIES = [
    ("update", _("Update what the file says")),
    ("fill", _("Only fill in what is not known")),
    ("skip", _("Leave them as they are")),
]
SHOWN = {"attention": _("Errors and warnings"), "errors": _("Only errors"), "all": _("All")}
ROWS_SHOWN, BEFORE_SHOWN = 50, 10


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)


class ColumnsForm(forms.Form):
    """What each column becomes, and how the lines are taken."""

    existing = forms.ChoiceField(label=_("Who is known already"), choices=POLICIES)
    consent_text = forms.CharField(
        label=_("Where the consents come from"), required=False, max_length=500
    )
    tag = forms.CharField(label=_("Tag for everybody in the file"), required=False, max_length=40)

    def __init__(self, row: CustomerImport, data=None):
        super().__init__(data, initial={"existing": "update", **row.options})
        own = AttributeDefinition.objects.order_by("name").values_list("key", "name")
        choices = [("", _("Do not import")), *FIELDS.items()]
        choices += [(f"{ATTRIBUTE}{key}", name) for key, name in own]
        for place, column in enumerate(row.columns):
            field = forms.ChoiceField(choices=choices, required=False, label=column["name"])
            field.column = column
            self.fields[f"column-{place}"] = field
            self.initial[f"column-{place}"] = row.mapping.get(str(place), "")

    def columns(self) -> list:
        """The fields of the file's columns, in its order."""
        return [field for field in self if field.name.startswith("column-")]

    def said(self) -> dict:
        """What was chosen, as choose_columns takes it."""
        said = self.cleaned_data
        return {
            "mapping": {
                name.removeprefix("column-"): value
                for name, value in said.items()
                if name.startswith("column-")
            },
            "options": {name: said[name] for name in ("existing", "consent_text", "tag")},
        }


def steps(now: int) -> list[dict]:
    """Return the steps with where one is."""
    return [
        {"name": name, "is_done": place < now, "is_now": place == now}
        for place, name in enumerate(STEPS)
    ]


def before(user) -> list[CustomerImport]:
    """Return the imports of before that somebody sees, the newest first."""
    rows = CustomerImport.objects.for_user(user).newest_first()
    return list(rows.select_related("created_by")[:BEFORE_SHOWN])


def context_of(row: CustomerImport, query) -> dict:
    """Return what the page of an import shows."""
    shown = query.get("show", "attention")
    shown = shown if shown in SHOWN else "attention"
    context = {
        "row": row, "steps": steps(STEP_OF_STATE[row.state]), "shown": shown, "choices": SHOWN,
        "error": words.UNREADABLE.get(row.error, ""),
    }  # fmt: skip
    if row.is_at_work:
        return context | {"progress": _progress_of(row)}
    return context | {"lines": _lines_of(row, shown, query.get("page"))}


def _progress_of(row: CustomerImport) -> dict:
    rows = CustomerImportRow.objects.filter(customer_import=row)
    if row.state == ImportState.CHECKING:
        return {"done": rows.count(), "of": None, "percent": None}
    done = rows.exclude(imported_at=None).count()
    return {
        "done": done,
        "of": row.to_import,
        "percent": min(100, round(100 * done / max(1, row.to_import))),
    }


def _lines_of(row: CustomerImport, shown: str, page: str | None):
    rows = CustomerImportRow.objects.filter(customer_import=row).order_by("line")
    if shown == "errors":
        rows = rows.filter(outcome=RowOutcome.ERROR)
    elif shown == "attention":
        rows = rows.exclude(errors=[], warnings=[])
    found = Paginator(rows.select_related("customer"), ROWS_SHOWN).get_page(page)
    for one in found:
        one.said = one.values
        one.phone = phone_numbers.readable(one.said.get("phone", ""))
        one.troubles = [("bad", words.sentence(trouble)) for trouble in one.errors] + [
            ("wait", words.sentence(trouble)) for trouble in one.warnings
        ]
    return found


def error_lines(row: CustomerImport) -> Iterator[list[str]]:
    """Yield the titles and the lines that stay out, each with its line number and its errors."""
    refused = CustomerImportRow.objects.filter(customer_import=row, outcome=RowOutcome.ERROR)
    errors = dict(refused.values_list("line", "errors"))
    titles = [column["name"] for column in row.columns]
    yield [*titles, str(_("Line")), str(_("What is wrong"))]
    if not row.file:
        return
    with row.file.open("rb") as file:
        for number, cells in reading.read_table(file.read()).lines:
            if number in errors:
                said = "; ".join(words.sentence(trouble) for trouble in errors[number])
                yield [*cells, str(number), said]
