"""The form in which a template is written: what is said, its buttons, its examples."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from conversations.models import Template, TemplateCategory, Waba
from conversations.providers.cloud.template_limits import (
    MAX_BODY,
    MAX_BUTTONS,
    MAX_FOOTER,
    MAX_HEADER,
    FieldProblem,
)
from conversations.providers.cloud.templates import MEDIA, Button, Content, content_of, variables

LANGUAGES = [
    ("pt_BR", _("Portuguese (Brazil)")),
    ("en", _("English")),
    ("en_US", _("English (United States)")),
    ("es", _("Spanish")),
]
# Authentication templates have a text of WhatsApp's own and are made at Meta.
CATEGORIES = [TemplateCategory.UTILITY, TemplateCategory.MARKETING]
HEADERS = [("", _("None")), ("text", _("Text")), ("location", _("Location"))]
BUTTONS = [
    ("quick_reply", _("Quick reply")),
    ("url", _("Open a site")),
    ("phone_number", _("Call")),
    ("copy_code", _("Copy a code")),
]
EXAMPLE = "example:"
FIXED = ("waba", "name", "language")


class TemplateForm(forms.Form):
    """A template being written; `content()` is what it says so far, also while it is not valid."""

    waba = forms.ModelChoiceField(Waba.objects.none(), label=_("Account"))
    name = forms.RegexField(
        r"^[a-z0-9_]+$", max_length=512, label=_("Name"),
        error_messages={"invalid": _("The name may hold small letters a to z, digits and _ only.")},
    )  # fmt: skip
    language = forms.ChoiceField(choices=LANGUAGES, label=_("Language"))
    category = forms.ChoiceField(
        choices=[(one.value, one.label) for one in CATEGORIES], label=_("Category")
    )
    header_kind = forms.ChoiceField(choices=HEADERS, required=False, label=_("Header"))
    header_text = forms.CharField(required=False, max_length=MAX_HEADER * 4, strip=False)
    body = forms.CharField(
        required=False, max_length=MAX_BODY * 4, strip=False, widget=forms.Textarea, label=_("Text")
    )
    footer = forms.CharField(required=False, max_length=MAX_FOOTER * 4, label=_("Footer"))

    def __init__(self, data=None, *, template: Template, wabas):
        self.template = template
        self.said = content_of(template.components)
        super().__init__(data, initial=self._initial())
        self.fields["waba"].queryset = wabas
        self.problems: dict[str, list[str]] = {}
        for name, known in (("language", template.language), ("category", template.category)):
            _add_choice(self.fields[name], known)
        if self.said.header_kind in MEDIA:
            _add_choice(self.fields["header_kind"], self.said.header_kind)
        if not template.is_draft:
            for name in FIXED:
                self.fields[name].disabled = True

    def content(self) -> Content:
        """Return what has been typed, in the provider's words; what is too odd is left out."""
        kind = self.typed("header_kind")
        header_text = self.typed("header_text") if kind == "text" else ""
        body = self.typed("body").replace("\r\n", "\n")
        keys = [f"header.{name}" for name in variables(header_text)]
        keys += [f"body.{name}" for name in variables(body)]
        return Content(
            body=body,
            header_kind=kind,
            header_text=header_text,
            footer=self.typed("footer").strip(),
            buttons=tuple(row["button"] for row in self.rows() if row["is_there"]),
            examples={key: self._example(key) for key in keys},
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return the places for buttons, ten always: the page shows the next empty one."""
        kept = self.said.buttons if not self.is_bound else ()
        return [self._row(n, kept[n] if n < len(kept) else None) for n in range(MAX_BUTTONS)]

    def examples(self) -> list[dict[str, Any]]:
        """Return the variables with what they could be."""
        return [
            {
                "key": key, "name": key.partition(".")[2], "value": value,
                "problems": self.problems.get(f"example.{key}", []),
            }
            for key, value in self.content().examples.items()
        ]  # fmt: skip

    def add_problems(self, problems: list[FieldProblem]) -> None:
        """Show each problem at its field."""
        for one in problems:
            said = one.problem.in_words(_now)
            if one.field in self.fields:
                self.add_error(one.field, said)
            else:
                self.problems.setdefault(one.field, []).append(said)

    def _row(self, number: int, kept: Button | None) -> dict[str, Any]:
        typed = kept or Button(
            kind=self._raw(f"button_{number}_kind") or "quick_reply",
            text=self._raw(f"button_{number}_text").strip(),
            value=self._raw(f"button_{number}_value").strip(),
            example=self._raw(f"button_{number}_example").strip(),
        )
        is_there = bool(typed.text or typed.value or typed.example)
        place = sum(row_is_there for row_is_there in self._there_before(number))
        return {
            "number": number,
            "button": typed,
            "is_there": is_there,
            "kinds": BUTTONS
            if typed.kind in dict(BUTTONS)
            else [*BUTTONS, (typed.kind, typed.kind)],
            "problems": self.problems.get(f"button.{place}", []) if is_there else [],
        }

    def _there_before(self, number: int) -> list[bool]:
        """Whether each earlier row is filled in: problems count the buttons, not the rows."""
        if not self.is_bound:
            return [True] * number
        parts = ("text", "value", "example")
        return [any(self._raw(f"button_{n}_{p}").strip() for p in parts) for n in range(number)]

    def _initial(self) -> dict[str, Any]:
        template = self.template
        return {
            "waba": template.waba_id,
            "name": template.name,
            "language": template.language,
            "category": template.category or TemplateCategory.UTILITY,
            "header_kind": self.said.header_kind,
            "header_text": self.said.header_text,
            "body": self.said.body,
            "footer": self.said.footer,
        }

    def typed(self, name: str) -> str:
        """Return what a field holds now, valid or not."""
        if self.is_bound and name in self.data:
            return self._raw(name)
        return str(self.initial.get(name) or "")

    def _raw(self, name: str) -> str:
        # What no database takes.
        return self.data.get(name, "").replace("\x00", "\ufffd")

    def _example(self, key: str) -> str:
        kept = self.said.examples.get(key, "")
        return self._raw(EXAMPLE + key).strip() if EXAMPLE + key in self.data else kept


def _add_choice(field: forms.ChoiceField, value: str) -> None:
    """Keep what a template at WhatsApp has, also where it is none of our choices."""
    if value and value not in dict(field.choices):
        field.choices = [*field.choices, (value, value)]
