"""What people send us from the list, checked: its views, and what is done to many at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.models import SavedView


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
