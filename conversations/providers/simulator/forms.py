"""The forms beside the simulated phone."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conversations.models import Channel, SimulatorPhone, SimulatorSetting
from conversations.phone_numbers import canonical
from conversations.providers.simulator.contents import LATITUDE, LONGITUDE
from conversations.providers.simulator.errors import TITLES
from conversations.providers.simulator.setup import ensure_phone
from conversations.providers.simulator.writing import PhoneError

PERCENT_FIELDS = (
    "duplicate_percent", "server_error_percent", "throttle_percent", "cut_percent",
    "media_error_percent",
)  # fmt: skip
MAX_DELAY_MS = 120_000
MAX_BATCH = 1000


class FaultsForm(forms.ModelForm):
    """The switches; what is out of range is refused, so that a typing error is noticed."""

    class Meta:
        model = SimulatorSetting
        fields = [
            "read_receipts", "read_after_ms", "answer_delay_ms", "webhook_delay_ms",
            "duplicate_percent", "reorder", "batch_size", "server_error_percent",
            "throttle_percent", "cut_percent", "media_error_percent", "media_fault",
            "media_delay_ms", "error_code", "error_is_late", "status_first",
        ]  # fmt: skip

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        limits = dict.fromkeys(PERCENT_FIELDS, (0, 100))
        limits |= dict.fromkeys(
            ("read_after_ms", "answer_delay_ms", "webhook_delay_ms", "media_delay_ms"),
            (0, MAX_DELAY_MS),
        )
        limits["batch_size"] = (1, MAX_BATCH)
        for name, (lowest, highest) in limits.items():
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label,
                min_value=lowest,
                max_value=highest,
            )
        self.fields["error_code"] = forms.TypedChoiceField(
            label=self.fields["error_code"].label,
            choices=[
                ("", _("None")),
                *((code, f"{code} {title}") for code, title in TITLES.items()),
            ],
            coerce=int,
            empty_value=None,
            required=False,
        )
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "input"

    def keep(self) -> SimulatorSetting:
        """Write the switches."""
        return self.save()


class PhoneForm(forms.Form):
    """A new customer: a number, or a username instead of one."""

    name = forms.CharField(label=_("Name"), max_length=80)
    number = forms.CharField(
        label=_("Number"),
        max_length=20,
        required=False,
        help_text=_("With country and area code. Empty: somebody who hides the number."),
    )

    def __init__(self, *arguments, channel: Channel, **options):
        super().__init__(*arguments, **options)
        self.channel = channel
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean_number(self) -> str:
        """Return the digits; '' for somebody without a visible number."""
        digits = "".join(filter(str.isdigit, self.cleaned_data["number"]))
        if self.cleaned_data["number"] and not 8 <= len(digits) <= 15:
            raise forms.ValidationError(_("A number has 8 to 15 digits, with the country's code."))
        if digits and canonical(digits) == canonical(self.channel.display_phone_number):
            raise forms.ValidationError(_("This is the business number itself."))
        return digits

    def keep(self) -> SimulatorPhone:
        """Write the phone; a number that is there already keeps its name."""
        name, number = self.cleaned_data["name"], self.cleaned_data["number"]
        username = "" if number else name.lower().replace(" ", ".")[:60]
        return ensure_phone(self.channel, name, number, username=username)


class ContentForm(forms.Form):
    """What is filled in before it is sent from the phone."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def said(self) -> dict:
        """Return what was filled in; raises PhoneError for what cannot be sent."""
        if not self.is_valid():
            raise PhoneError(said(self))
        return self.cleaned_data


class PlaceForm(ContentForm):
    """A place on the map."""

    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, initial=pgettext_lazy("place", "Home")
    )
    address = forms.CharField(
        label=_("Address"), max_length=300, required=False, initial="Rua das Flores, 120"
    )
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, initial=LATITUDE, localize=False
    )
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, initial=LONGITUDE, localize=False
    )


class CardForm(ContentForm):
    """Somebody's contact card."""

    name = forms.CharField(label=_("Name"), max_length=80, initial="Carla Dias")
    number = forms.CharField(label=_("Number"), max_length=30, initial="+55 00 98888-0000")


def said(form: forms.BaseForm) -> str:
    """Return a form's errors in one sentence for a message."""
    return " ".join(
        f"{form.fields[name].label}: {errors[0]}" for name, errors in form.errors.items()
    )
