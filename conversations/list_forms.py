"""What people send us from the list, checked: its views, and what is done to many at once."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from conversations.models import ClosingReason, SavedView, Tag


class ViewForm(forms.Form):
    """A view's name, and whether everybody sees it."""

    name = forms.CharField(
        max_length=SavedView._meta.get_field("name").max_length,
        error_messages={"required": _("Give the view a name.")},
    )
    is_shared = forms.BooleanField(required=False)


class MoveForm(forms.Form):
    """One place up or down."""

    to = forms.ChoiceField(choices=[("up", "up"), ("down", "down")])


class ManyForm(forms.Form):
    """Which conversations, and the token of this submission; without one the form is asked for."""

    token = forms.UUIDField(required=False)

    def ids(self) -> list[UUID]:
        """The ids of the selected conversations, each once; what is no id is left out."""
        clean = forms.UUIDField(required=False).clean
        found = []
        for text in self.data.getlist("ids"):
            try:
                found.append(clean(text))
            except forms.ValidationError:
                continue
        return list(dict.fromkeys(filter(None, found)))


class AssignForm(forms.Form):
    """To whom, and why."""

    agent = forms.ModelChoiceField(
        User.objects.none(),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a person."),
        },
    )
    reason = forms.CharField(required=False, max_length=80)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agent"].queryset = people


class TagManyForm(forms.Form):
    """Tags to put on, and tags to take off."""

    add = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)
    remove = forms.ModelMultipleChoiceField(Tag.objects.all(), required=False)

    def clean(self):
        said = super().clean()
        if not self.errors and not said["add"] and not said["remove"]:
            raise forms.ValidationError(_("Choose at least one tag."))
        return said


class CloseManyForm(forms.Form):
    """Why they are closed, and what the customers are told."""

    reason = forms.ModelChoiceField(ClosingReason.objects.none(), required=False)
    note = forms.CharField(required=False, max_length=2000)
    says_goodbye = forms.BooleanField(required=False)
    message = forms.CharField(required=False, max_length=4096)

    def __init__(self, *args, reasons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = reasons
