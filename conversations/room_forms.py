"""What the pages of colleagues' rooms send, checked: shapes here, rules in the actions."""

from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST_VERSION = 2**53 - 1  # what browsers count exactly


class LineForm(forms.Form):
    """A line for colleagues."""

    body = forms.CharField(strip=False, required=False, max_length=10_000)
    client_token = forms.UUIDField(required=False)

    def token(self) -> UUID:
        """The token of this composition; one of ours where the browser has made none."""
        return self.cleaned_data["client_token"] or uuid4()


class ShareForm(LineForm):
    """A conversation for colleagues, and what is said of it."""

    room = forms.UUIDField(error_messages={"required": _("Choose a room or a colleague.")})


class LineIdForm(forms.Form):
    """Names one line of a room."""

    message = forms.UUIDField()


class PersonForm(forms.Form):
    """Names a colleague."""

    person = forms.UUIDField(error_messages={"required": _("Choose a colleague.")})


class RoomForm(forms.Form):
    """A new room."""

    name = forms.CharField(max_length=200, error_messages={"required": _("Give the room a name.")})


class ReadForm(forms.Form):
    """How far a page has been read."""

    version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION)


class MuteForm(forms.Form):
    """Whether a room is to be muted."""

    muted = forms.BooleanField(required=False)
