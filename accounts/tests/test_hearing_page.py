"""Choosing on the profile how one is told of things."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.hearing import DEFAULTS, hearing_of, telling
from accounts.models import User

FORM = {
    "volume": "70",
    "sounds": "on",
    "tell_message": "on",
    "sound_message": "chime",
    "sound_assigned": "none",
    "sound_mentioned": "bell",
    "sound_waiting": "low",
    "sound_room": "wood",
    "quiet_from": "22:00",
    "quiet_to": "07:00",
    "quiet_for": "",
}


def choose(client, **fields):
    return client.post(reverse("accounts:profile_hearing"), FORM | fields)


def chosen_by(user):
    return hearing_of(User.objects.get(pk=user.pk).preferences)


def test_what_is_chosen_is_kept_and_shown(ana, client_of):
    client = client_of(ana)
    assert choose(client).status_code == 302
    chosen = chosen_by(ana)
    assert (chosen["sound_message"], chosen["volume"], chosen["quiet_from"]) == (
        "chime",
        70,
        "22:00",
    )
    assert chosen["tell_room"] is False
    page = client.get(reverse("accounts:profile")).content.decode()
    assert '<option value="chime" selected>' in page
    assert 'value="22:00"' in page


def test_do_not_disturb_lasts_as_long_as_one_says_and_ends_when_one_says(ana, client_of):
    client = client_of(ana)
    choose(client, quiet_for="60")
    ana.refresh_from_db()
    soon = timezone.localtime() + timedelta(minutes=30)
    hours = {"hearing": chosen_by(ana) | {"quiet_from": "", "quiet_to": ""}}
    assert not telling(hours, "message", at=soon, availability="online").shows
    later = soon + timedelta(hours=1)
    assert telling(hours, "message", at=later, availability="online").shows
    choose(client, quiet_for="")
    assert chosen_by(ana)["quiet_until"]
    choose(client, quiet_for="end")
    assert not chosen_by(ana)["quiet_until"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"volume": "101"},
        {"volume": "loud"},
        {"sound_message": "../x"},
        {"quiet_from": "25:00"},
        {"quiet_to": ""},
        {"quiet_for": "99999999999"},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(ana, client_of, wrong):
    assert choose(client_of(ana), **wrong).status_code == 422
    assert chosen_by(ana) == DEFAULTS


def test_other_preferences_stay(ana, client_of):
    ana.preferences = {"single_keys": False}
    ana.save()
    choose(client_of(ana))
    ana.refresh_from_db()
    assert ana.preference("single_keys") is False
