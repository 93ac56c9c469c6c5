"""The profile's form about being told: what, with which sound, and when not."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.hearing import KINDS, LOUDEST, SILENT, SOUNDS

KIND_LABELS = {
    "message": _("New message in a conversation of mine"),
    "assigned": _("A conversation is assigned to me"),
    "mentioned": _("Somebody mentions me"),
    "waiting": _("A customer waits too long in a queue of mine"),
    "room": _("A colleague writes to me"),
}
SOUND_LABELS = {
    "drop": _("Drop"),
    "bell": _("Bell"),
    "wood": _("Wood"),
    "chime": _("Chime"),
    "low": _("Deep"),
    SILENT: _("No sound"),
}
SOUND_CHOICES = [(sound, SOUND_LABELS[sound]) for sound in (*SOUNDS, SILENT)]
KEEP, END, MORNING = "", "end", "morning"
QUIET_CHOICES = [
    (KEEP, _("Leave as it is")),
    (END, _("Switch off")),
    ("30", _("For 30 minutes")),
    ("60", _("For an hour")),
    ("240", _("For 4 hours")),
    (MORNING, _("Until tomorrow, 7:00")),
]
MORNING_CLOCK = time(7)


class HearingForm(forms.Form):
    """Fields are named as the keys of hearing.DEFAULTS; `quiet_for` becomes `quiet_until`."""

    sounds = forms.BooleanField(required=False)
    volume = forms.IntegerField(label=_("Volume"), min_value=0, max_value=LOUDEST)
    push = forms.BooleanField(required=False)
    push_names = forms.BooleanField(required=False)
    quiet_away = forms.BooleanField(required=False)
    quiet_from = forms.TimeField(label=_("from"), required=False)
    quiet_to = forms.TimeField(label=_("until"), required=False)
    quiet_for = forms.ChoiceField(choices=QUIET_CHOICES, required=False)

    def __init__(self, data=None, *, chosen: dict):
        super().__init__(data, initial=chosen)
        self.quiet_until = datetime.fromisoformat(chosen["quiet_until"] or "1970-01-01T00:00Z")
        for kind in KINDS:
            self.fields[f"tell_{kind}"] = forms.BooleanField(
                required=False, initial=chosen[f"tell_{kind}"]
            )
            self.fields[f"sound_{kind}"] = forms.ChoiceField(
                choices=SOUND_CHOICES, initial=chosen[f"sound_{kind}"]
            )

    @property
    def is_silenced(self) -> bool:
        """Whether do-not-disturb lasts now."""
        return self.quiet_until > timezone.now()

    @property
    def rows(self) -> list[dict]:
        """One line for each kind: whether, and with which sound."""
        return [
            {
                "kind": kind,
                "label": KIND_LABELS[kind],
                "tell": self[f"tell_{kind}"].value(),
                "sound": self[f"sound_{kind}"].value(),
            }
            for kind in KINDS
        ]

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("quiet_from")) != bool(cleaned.get("quiet_to")):
            self.add_error("quiet_to", _("Give both times, or none."))
        return cleaned

    def chosen_now(self, now: datetime) -> dict:
        """Return what was chosen, with moments counted from now."""
        said = dict(self.cleaned_data)
        for key in ("quiet_from", "quiet_to"):
            said[key] = said[key].strftime("%H:%M") if said[key] else ""
        wish = said.pop("quiet_for")
        if wish:
            said["quiet_until"] = _until(wish, now)
        return said


def _until(wish: str, now: datetime) -> str:
    if wish == END:
        return ""
    if wish == MORNING:
        tomorrow = now.date() + timedelta(days=1)
        return datetime.combine(tomorrow, MORNING_CLOCK, now.tzinfo).isoformat()
    return (now + timedelta(minutes=int(wish))).isoformat()
