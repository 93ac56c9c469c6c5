"""Secrets in forms: written, never shown again."""

from django import forms
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

SECRETS = ["access_token", "app_secret", "webhook_secret", "verify_token"]


def secrets_set(channel) -> set[str]:
    """Return the names of the secrets that a channel has.

    The columns are measured, not read: nothing is decrypted, and a lost key does not hurt here.
    """
    lengths = {f"{name}_length": Length(name) for name in SECRETS}
    row = type(channel).objects.filter(pk=channel.pk).annotate(**lengths).values(*lengths).first()
    return {name for name in SECRETS if row and row[f"{name}_length"]}


class SecretField(forms.CharField):
    """An empty password field that says whether something is kept behind it."""

    def __init__(self, label):
        # Tokens are long and pasted: no limit, and no browser may offer to remember them.
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"})
        super().__init__(label=label, required=False, widget=widget, help_text=_("Not set."))


class SecretsForm(forms.ModelForm):
    """Each secret is an empty field: filled it replaces, left empty it keeps what is there."""

    new_access_token = SecretField(_("Access token"))
    new_app_secret = SecretField(_("App secret"))
    new_webhook_secret = SecretField(_("Webhook secret"))
    new_verify_token = SecretField(_("Verify token"))
    removed_secrets = forms.MultipleChoiceField(
        label=_("Remove"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "removed_secrets" not in self.fields:
            return
        kept = secrets_set(self.instance)
        labels = [(name, self.fields[f"new_{name}"].label) for name in SECRETS if name in kept]
        self.fields["removed_secrets"].choices = labels
        for name in kept:
            self.fields[f"new_{name}"].help_text = _("Set. Leave empty to keep it.")

    def save(self, commit=True):
        for name in self.cleaned_data.get("removed_secrets", []):
            setattr(self.instance, name, "")
        for name in SECRETS:
            if value := self.cleaned_data.get(f"new_{name}"):
                setattr(self.instance, name, value)
        return super().save(commit)
