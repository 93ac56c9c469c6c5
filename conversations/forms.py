"""What people send us by form, checked: shapes and lengths here, rules in the actions."""

from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.actions.compositions import Composition
from conversations.actions.errors import Refused
from conversations.models import Conversation, Message, Queue

MOST_IDS = 50
LARGEST_REVISION = 2**53 - 1  # what browsers count exactly


class SeveralIdsField(forms.Field):
    """Ids, each once, in the order given; what is no id is refused."""

    widget = forms.MultipleHiddenInput

    def clean(self, value) -> tuple[UUID, ...]:
        clean = forms.UUIDField(required=False).clean
        return tuple(dict.fromkeys(filter(None, map(clean, (value or [])[:MOST_IDS]))))


class MessageForm(forms.Form):
    """A text from the composer: to the customer, or as a note."""

    body = forms.CharField(strip=False, required=False, max_length=10_000)
    client_token = forms.UUIDField(required=False)
    reply_to = forms.UUIDField(required=False)
    # The number of the composer's draft that this sends, and the canned responses that are in it.
    revision = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_REVISION)
    canned = SeveralIdsField(required=False)

    def composition(self) -> Composition:
        """What has been written and is done with when this is sent."""
        return Composition(self.cleaned_data["revision"], self.cleaned_data["canned"])

    def token(self) -> UUID:
        """The token of this composition; one of ours where the browser has made none."""
        return self.cleaned_data["client_token"] or uuid4()

    def quoted(self, conversation: Conversation) -> Message | None:
        """The message answered to, if it is one of this conversation's."""
        quoted_id = self.cleaned_data["reply_to"]
        return conversation.messages.filter(pk=quoted_id).first() if quoted_id else None


class DraftForm(MessageForm):
    """What stands in the composer now."""

    is_note = forms.BooleanField(required=False)
    revision = forms.IntegerField(min_value=1, max_value=LARGEST_REVISION)


class ScheduleForm(MessageForm):
    """A text and when it leaves: one of the offered times, or one of the person's own."""

    quick = forms.DateTimeField(required=False)
    at = forms.DateTimeField(required=False)
    unless_answered = forms.BooleanField(required=False)

    def clean(self):
        said = super().clean()
        said["at"] = said.get("quick") or said.get("at")
        if not said["at"] and not self.errors:
            raise forms.ValidationError(_("Choose when it is sent."))
        return said


class MessageIdForm(forms.Form):
    """Names one message."""

    message = forms.UUIDField()


class PutOffForm(ScheduleForm):
    """Another time for a scheduled message."""

    message = forms.UUIDField()


class SeveralFilesField(forms.FileField):
    """Files in the order they were chosen."""

    class widget(forms.FileInput):  # noqa: N801 - the name Django looks for
        allow_multiple_selected = True

    def clean(self, data, initial=None):
        one = super().clean
        return [one(file, initial) for file in data or []]


class SeveralTextsField(forms.Field):
    """Texts in the order given."""

    widget = forms.MultipleHiddenInput

    def clean(self, value) -> list[str]:
        clean = forms.CharField(required=False, max_length=10_000).clean
        return [clean(text) for text in (value or [])[:MOST_IDS]]


class FilesForm(MessageForm):
    """Files from the composer, each with a caption, and the text beside them."""

    files = SeveralFilesField(allow_empty_file=True, required=False)
    captions = SeveralTextsField(required=False)
    voice = forms.BooleanField(required=False)
    as_document = forms.BooleanField(required=False)


class CardForm(forms.Form):
    """Names one contact card of one message, as `<message>:<number from 0>`."""

    card = forms.RegexField(r"^[0-9a-f-]{36}:[0-9]{1,3}$")

    def parts(self) -> tuple[str, int]:
        """The message's id and the card's number."""
        message_id, _, number = self.cleaned_data["card"].partition(":")
        return message_id, int(number)


class TemplateMessageForm(forms.Form):
    """Which template, and what is filled in: fields named "value:<key of a place>"."""

    template = forms.UUIDField()
    client_token = forms.UUIDField()

    def values(self) -> dict[str, str]:
        """What was filled in, by the keys of places."""
        return {
            name.removeprefix("value:"): value.strip()
            for name, value in self.data.items()
            if name.startswith("value:")
        }


class AttachmentIdForm(forms.Form):
    """Names one file."""

    attachment = forms.UUIDField()


class ReturnForm(forms.Form):
    """Back to the queue."""

    reason = forms.CharField(required=False, max_length=80, label=_("Reason"))


class TransferForm(forms.Form):
    """To a queue or to a person, with the reason."""

    target = forms.CharField(label=_("To whom"))
    reason = forms.CharField(required=False, max_length=80, label=_("Reason"))
    note = forms.CharField(required=False, max_length=2000, label=_("Note for whoever receives it"))

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_target(self) -> dict:
        """Return {'queue': ...} or {'agent': ...}: any active queue, or one of these people."""
        kind, _separator, key = self.cleaned_data["target"].partition(":")
        rows = {"queue": Queue.objects.filter(is_active=True), "agent": self.people}.get(kind)
        try:
            found = rows.filter(pk=UUID(key)).first() if rows is not None else None
        except ValueError:
            found = None
        if found is None:
            raise forms.ValidationError(_("Choose a queue or a person to transfer to."))
        return {kind: found}


def valid(form: forms.Form) -> forms.Form:
    """Return a form that may be used; raises Refused with the first thing that is wrong."""
    if not form.is_valid():
        raise Refused(first_error(form) or gettext("This form is not complete."))
    return form


def first_error(form: forms.Form) -> str:
    """Return the first thing that is wrong with a form, as a person reads it."""
    return next(str(error) for errors in form.errors.values() for error in errors)


class PairingForm(forms.Form):
    """The number of the telephone that shall type a code instead of reading one; '' for a QR code."""

    number = forms.CharField(required=False, max_length=30)


class PurgeForm(forms.Form):
    """How old parked items have to be, in days, and whether somebody has said yes to the question."""

    days = forms.IntegerField(min_value=1, max_value=3650)
    sure = forms.BooleanField(required=False)
