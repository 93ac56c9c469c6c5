"""What the composer's dialogs send: a place, a contact card, buttons and lists, an emoji.

Shapes are read here; what WhatsApp takes is asked of its limits by the actions.
"""

from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations import map_links, phone_numbers
from conversations.models import Customer

MOST_BUTTONS = 3
SECTION_MARK = "#"
DESCRIPTION_MARK = "|"
LEAST_DIGITS, MOST_DIGITS = 10, 15


class TokenForm(forms.Form):
    """One composition has one token, so that sending it twice sends once."""

    client_token = forms.UUIDField(required=False)

    def token(self) -> UUID:
        """The token of this composition; one of ours where the browser has made none."""
        return self.cleaned_data["client_token"] or uuid4()


class LocationForm(TokenForm):
    """A place: a pasted map link, or its coordinates."""

    link = forms.CharField(required=False, max_length=2000)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    name = forms.CharField(required=False, max_length=200)
    address = forms.CharField(required=False, max_length=400)

    def clean(self):
        said = super().clean()
        if said.get("link"):
            said["latitude"], said["longitude"] = self._of_link(said["link"])
        if said.get("latitude") is None or said.get("longitude") is None:
            raise forms.ValidationError(
                _("Say where it is: paste a map link, or write latitude and longitude.")
            )
        return said

    def _of_link(self, link: str) -> tuple[float, float]:
        found = map_links.coordinates(link)
        if found is None:
            raise forms.ValidationError(
                _(
                    "This link does not say the coordinates. Open it, copy the address that the "
                    "browser then shows, or write latitude and longitude."
                )
            )
        return found

    def place(self) -> dict:
        """The arguments of send_location."""
        return {key: self.cleaned_data[key] for key in ("latitude", "longitude", "name", "address")}


class ContactForm(TokenForm):
    """A contact card: one of our customers, or a name and a number."""

    customer = forms.ModelChoiceField(Customer.objects.none(), required=False)
    name = forms.CharField(required=False, max_length=200)
    phone = forms.CharField(required=False, max_length=40)
    organisation = forms.CharField(required=False, max_length=200)

    def __init__(self, *args, customers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = customers

    def clean(self):
        said = super().clean()
        customer = said.get("customer")
        if customer is not None:
            said["name"], said["phone"] = customer.display_name, customer.phone or ""
        if not said.get("name"):
            raise forms.ValidationError(_("Choose a customer, or write a name and a number."))
        said["phone"] = _international(said.get("phone") or "")
        if not LEAST_DIGITS <= len(said["phone"].lstrip("+")) <= MOST_DIGITS:
            raise forms.ValidationError(
                _("Write the telephone number with its area code, such as 11 98765-4321.")
            )
        return said

    def cards(self) -> list[dict]:
        """The card as on WhatsApp's wire: with wa_id its receiver gets a button to write."""
        said = self.cleaned_data
        first, _space, last = said["name"].partition(" ")
        name = {"formatted_name": said["name"], "first_name": first}
        number = {"phone": said["phone"], "type": "CELL", "wa_id": said["phone"].lstrip("+")}
        card = {"name": name | ({"last_name": last} if last else {}), "phones": [number]}
        return [card | ({"org": {"company": said["organisation"]}} if said["organisation"] else {})]


class InteractiveForm(TokenForm):
    """A message that is answered with a tap."""

    TYPES = [
        ("button", _("Buttons")),
        ("list", _("List")),
        ("cta_url", _("Link")),
        ("location_request", _("Ask for the location")),
        ("contact_request", _("Ask for the number")),
    ]

    type = forms.ChoiceField(choices=TYPES, required=False)
    body = forms.CharField(required=False, max_length=10_000)
    header = forms.CharField(required=False, max_length=1000)
    footer = forms.CharField(required=False, max_length=1000)
    button_1 = forms.CharField(required=False, max_length=200)
    button_2 = forms.CharField(required=False, max_length=200)
    button_3 = forms.CharField(required=False, max_length=200)
    list_button = forms.CharField(required=False, max_length=200)
    rows = forms.CharField(required=False, max_length=10_000)
    display_text = forms.CharField(required=False, max_length=200)
    url = forms.CharField(required=False, max_length=2000)

    def payload(self) -> dict:
        """What providers/cloud/send.py writes; incomplete while one is still writing."""
        said = self.cleaned_data
        kind = said["type"] or "button"
        own = {"button": self._buttons, "list": self._list, "cta_url": self._link}.get(kind, dict)
        around = {key: said[key] for key in ("header", "footer") if said[key]}
        return {"type": kind, **(around if kind in self._FRAMED else {}), **own()}

    _FRAMED = {"button", "list", "cta_url"}

    def _buttons(self) -> dict:
        titles = [self.cleaned_data[f"button_{n}"] for n in range(1, MOST_BUTTONS + 1)]
        given = enumerate(filter(None, titles), start=1)
        return {"buttons": [{"id": str(number), "title": title} for number, title in given]}

    def _list(self) -> dict:
        sections: list[dict] = []
        lines = map(str.strip, self.cleaned_data["rows"].splitlines())
        for number, line in enumerate(filter(None, lines), start=1):
            if line.startswith(SECTION_MARK):
                sections.append({"title": line.lstrip(SECTION_MARK).strip(), "rows": []})
            else:
                sections = sections or [{"rows": []}]
                sections[-1]["rows"].append(_row(number, line))
        return {"button": self.cleaned_data["list_button"], "sections": sections}

    def _link(self) -> dict:
        return {key: self.cleaned_data[key] for key in ("display_text", "url")}


class ReactionForm(forms.Form):
    """An emoji on one message; an empty one takes ours away."""

    message = forms.UUIDField()
    emoji = forms.CharField(required=False, max_length=100)


def _international(phone: str) -> str:
    """Brazil's code before a number that was written without any."""
    digits = "".join(filter(str.isdecimal, phone))
    is_national = not phone.strip().startswith("+") and len(digits) in (10, 11)
    return phone_numbers.e164(f"55{digits}" if is_national else digits)


def _row(number: int, line: str) -> dict:
    title, _mark, description = (part.strip() for part in line.partition(DESCRIPTION_MARK))
    row = {"id": str(number), "title": title}
    return row | ({"description": description} if description else {})
