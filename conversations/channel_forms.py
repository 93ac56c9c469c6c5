"""What administrators type to connect a number."""

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.models import Queue

NUMBER_ID = r"^\d{5,64}$"


class Secret(forms.CharField):
    """Typed, kept sealed, never shown again: also not when the form comes back."""

    widget = forms.PasswordInput

    def __init__(self, label, **options):
        super().__init__(label=label, max_length=2000, **options)


class CloudChannelForm(forms.Form):
    """The ids and secrets of a Cloud API number, as Meta's app dashboard shows them."""

    name = forms.CharField(label=_("Name"), max_length=80)
    badge = forms.CharField(label=_("Badge: up to three letters, unique"), max_length=3)
    default_queue = forms.ModelChoiceField(Queue.objects.none(), label=_("Queue"))
    phone_number_id = forms.RegexField(NUMBER_ID, label=_("Phone number id"))
    waba_id = forms.RegexField(NUMBER_ID, label=_("WhatsApp business account id"))
    access_token = Secret(_("Access token"))
    app_secret = Secret(_("App secret"))
    verify_token = Secret(_("Verify token (empty: one is made)"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["default_queue"].queryset = Queue.objects.filter(is_active=True).in_order()
        for name in ("phone_number_id", "waba_id"):
            self.fields[name].error_messages["invalid"] = _("Digits only, as Meta shows them.")
