"""Writing a canned response."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.users import Role
from conversations.access import visible_queues
from conversations.forms import SeveralFilesField, SeveralIdsField
from conversations.models import CannedResponse

PERSONAL, SHARED = "mine", "shared"


class CannedForm(forms.ModelForm):
    """A canned response: its shortcut, whose it is, its text, its files."""

    whose = forms.ChoiceField(label=_("Whose"))
    files = SeveralFilesField(required=False, label=_("Files"))
    removed = SeveralIdsField(required=False)

    class Meta:
        model = CannedResponse
        fields = ["shortcut", "title", "body"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["whose"].choices = self._choices()
        self.initial.setdefault("whose", self._whose())
        self.fields["shortcut"].error_messages["invalid"] = _(
            "A shortcut holds letters without accents, digits, hyphens and underscores."
        )

    def clean_shortcut(self) -> str:
        return self.cleaned_data["shortcut"].lower()

    def validate_unique(self):
        """Whose it is stands in no field of the model: the action refuses what is taken."""

    def written(self) -> dict:
        """The arguments of save_canned."""
        said = self.cleaned_data
        queues = {str(queue.pk): queue for queue in visible_queues(self.user)}
        names = ("shortcut", "title", "body", "files", "removed")
        facts = {"is_personal": said["whose"] == PERSONAL, "queue": queues.get(said["whose"])}
        return {name: said[name] for name in names} | facts

    def _choices(self) -> list[tuple]:
        if self.user.role not in (Role.SUPERVISOR, Role.ADMIN):
            return [(PERSONAL, _("Only mine"))]
        queues = [(str(queue.pk), queue.name) for queue in visible_queues(self.user)]
        return [(PERSONAL, _("Only mine")), *queues, (SHARED, _("Everybody's"))]

    def _whose(self) -> str:
        if self.instance.queue_id:
            return str(self.instance.queue_id)
        is_shared = not self.instance._state.adding and self.instance.owner_id is None
        return SHARED if is_shared else PERSONAL
