from django import forms
from django.utils.translation import gettext as _

from bots.engine.validation import validate
from bots.models import FlowVersion, VersionState
from bots.problems import text_of


class FlowVersionForm(forms.ModelForm):
    """A draft may be incomplete, but it has to be a flow."""

    class Meta:
        model = FlowVersion
        fields = ["flow", "definition"]

    def clean_flow(self):
        flow = self.cleaned_data["flow"]
        drafts = flow.versions.filter(state=VersionState.DRAFT)
        if self.instance._state.adding and drafts.exists():
            raise forms.ValidationError(_("This flow already has a draft."))
        return flow

    def clean_definition(self):
        definition = self.cleaned_data["definition"]
        invalid = [one for one in validate(definition) if one.code == "invalid"]
        if invalid:
            raise forms.ValidationError([text_of(one) for one in invalid])
        return definition
