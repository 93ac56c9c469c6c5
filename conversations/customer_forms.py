"""What people send about customers by form: shapes and lengths here, rules in the actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.customer_fields import CHOSEN_BETWEEN, PhoneField
from conversations.customer_panel import PURPOSES
from conversations.models import Channel, Tag


class NoteForm(forms.Form):
    """What colleagues should know; the action counts its letters."""

    body = forms.CharField(required=False, max_length=20_000)


class ConsentForm(forms.Form):
    """A yes or no for one purpose, with the words of it."""

    purpose = forms.ChoiceField(choices=list(PURPOSES.items()))
    given = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    text = forms.CharField(required=False, max_length=20_000)
    seen = forms.CharField(required=False, max_length=40)

    def said(self) -> dict:
        """The action's arguments."""
        return {**self.cleaned_data, "given": self.cleaned_data["given"] == "yes"}


class TagsForm(forms.Form):
    """Several customers and one tag."""

    tag = forms.ModelChoiceField(Tag.objects.all(), error_messages={"required": _("Choose a tag.")})
    act = forms.ChoiceField(choices=[("add", ""), ("remove", "")])


class WriteForm(forms.Form):
    """On which number to write."""

    channel = forms.ModelChoiceField(
        Channel.objects.none(), error_messages={"required": _("Choose a number to write from.")}
    )

    def __init__(self, *args, channels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = channels


class NewForm(WriteForm):
    """To whom to write, by number."""

    name = forms.CharField(required=False, max_length=200)
    phone = PhoneField(max_length=30)

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if not phone:
            raise forms.ValidationError(_("Write the number with its area code."))
        return phone


class JoinForm(forms.Form):
    """Which of two records stays, and whose values are taken where both have one."""

    other = forms.UUIDField()
    keep = forms.ChoiceField(choices=[("this", ""), ("other", "")])

    def preferred(self) -> list[str]:
        """The fields that are to be those of the record that does not stay."""
        keep = self.cleaned_data["keep"]
        chosen = {name: self.data.get(f"take:{name}") for name in CHOSEN_BETWEEN}
        return [
            name for name, whose in chosen.items() if whose in ("this", "other") and whose != keep
        ]
