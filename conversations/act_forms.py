"""What the dialogs of a conversation's actions send, checked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.customer_fields import CustomerField
from conversations.models import ClosingReason, Priority, Tag

UNTIL_CUSTOMER = "customer"
VALUE = "value:"


class SnoozeForm(forms.Form):
    """One of the offered times or 'customer', and a time of the person's own, which wins."""

    until = forms.CharField(required=False, max_length=30)
    at = forms.DateTimeField(required=False)

    def clean(self):
        said = super().clean()
        if said.get("at") or self.errors:
            return said
        if said.get("until") == UNTIL_CUSTOMER:
            return {**said, "at": None}
        try:
            said["at"] = forms.DateTimeField().clean(said.get("until"))
        except forms.ValidationError:
            raise forms.ValidationError(_("Choose until when.")) from None
        return said


class PriorityForm(forms.Form):
    """How urgent it is."""

    priority = forms.TypedChoiceField(
        choices=Priority.choices,
        coerce=int,
        error_messages={
            "required": _("Choose a priority."),
            "invalid_choice": _("Choose a priority."),
        },
    )


class TagsForm(forms.Form):
    """The tags that are marked, those that were when the form was shown, and a new one's name."""

    tags = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)
    had = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)
    new = forms.CharField(required=False, max_length=40)

    def changes(self) -> dict[str, list[Tag]]:
        """What is to be added and removed; tags that somebody else has changed meanwhile stay."""
        marked, had = set(self.cleaned_data["tags"]), set(self.cleaned_data["had"])
        return {"add": list(marked - had), "remove": list(had - marked)}


class TagForm(forms.Form):
    """A tag's name and colour."""

    name = forms.CharField(max_length=40, label=_("Name"))
    hue = forms.TypedChoiceField(
        choices=[(hue, str(hue)) for hue in range(1, 7)], coerce=int, label=_("Colour")
    )


class MergeTagForm(forms.Form):
    """Which tag takes over what another had."""

    into = forms.ModelChoiceField(Tag.objects.none())

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others


class CloseForm(forms.Form):
    """Why it is closed, and whether and how the customer is told."""

    reason = forms.ModelChoiceField(ClosingReason.objects.none(), required=False, label=_("Reason"))
    note = forms.CharField(required=False, max_length=2000, label=_("Summary"))
    says_goodbye = forms.BooleanField(required=False, initial=True)
    farewell = forms.CharField(required=False, max_length=4096, label=_("Farewell"))
    tags = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)

    def __init__(self, *args, reasons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = reasons

    def clean_farewell(self) -> str | None:
        """The text; None where the form had none, which means the usual one."""
        return self.cleaned_data["farewell"] if "farewell" in self.data else None


class RequiredForm(forms.Form):
    """The customer's fields that a closing reason asks for, each named "value:<field>"."""

    def __init__(self, wanted: list[CustomerField], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        for field in wanted:
            self.fields[VALUE + field.name] = _shown(field)

    def values(self) -> dict[CustomerField, object]:
        """What was filled in; empty fields are left out, so that they change nothing."""
        said = {field: self.cleaned_data[VALUE + field.name] for field in self.wanted}
        return {field: value for field, value in said.items() if value not in (None, "")}


def _shown(field: CustomerField) -> forms.Field:
    shown = field.form_field()
    shown.label, shown.required = field.label, True
    if field.kind == "boolean":
        shown.choices = [("", _("Choose")), ("yes", _("Yes")), ("no", _("No"))]
    shown.widget.attrs["class"] = "input"
    if field.kind == "date":
        shown.widget.input_type = "date"
    return shown
