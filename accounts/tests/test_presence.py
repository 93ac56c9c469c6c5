from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts import events
from accounts.actions.presence import come_online, put_absent_offline, seen, set_availability
from accounts.models import PresenceEntry, User
from accounts.models.users import Availability


@pytest.fixture(autouse=True)
def nobody_seen_yet():
    cache.clear()


def test_being_available_then_away_leaves_two_entries_of_which_one_is_open(ana):
    set_availability(ana, "online")
    set_availability(ana, "away", "almoço")
    ended, open_entry = PresenceEntry.objects.filter(user=ana).order_by("started_at")
    assert ended.ended_at == open_entry.started_at
    assert (open_entry.availability, open_entry.reason) == ("away", "almoço")
    assert User.objects.get(pk=ana.pk).away_reason == "almoço"


def test_the_same_again_writes_nothing(ana):
    set_availability(ana, "online")
    set_availability(ana, "online")
    assert PresenceEntry.objects.filter(user=ana).count() == 1


def test_an_unknown_availability_is_refused(ana):
    with pytest.raises(ValueError):
        set_availability(ana, "sleeping")


def test_a_change_is_published_after_commit(ana, django_capture_on_commit_callbacks):
    heard = []
    listener = lambda **facts: heard.append((facts["user_id"], facts["availability"]))  # noqa: E731
    events.availability_changed.connect(listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            set_availability(ana, "online")
            assert heard == []
    finally:
        events.availability_changed.disconnect(listener)
    assert heard == [(ana.pk, "online")]


def test_a_heartbeat_writes_once_a_minute(ana, django_assert_num_queries):
    seen(ana.pk)
    assert User.objects.get(pk=ana.pk).last_seen_at is not None
    with django_assert_num_queries(0):
        seen(ana.pk)


def test_who_is_not_heard_of_goes_offline_and_comes_back_when_seen(ana):
    set_availability(ana, "online")
    long_ago = timezone.now() - timedelta(minutes=10)
    User.objects.filter(pk=ana.pk).update(last_seen_at=long_ago)
    assert put_absent_offline() == 1
    ana.refresh_from_db()
    assert ana.availability == Availability.OFFLINE
    seen(ana.pk)
    ana.refresh_from_db()
    assert ana.availability == Availability.ONLINE


def test_who_chose_to_be_offline_stays_offline_when_seen(ana):
    set_availability(ana, "online")
    set_availability(ana, "offline")
    seen(ana.pk)
    ana.refresh_from_db()
    assert ana.availability == Availability.OFFLINE


def test_who_was_seen_just_now_is_left_alone(ana):
    set_availability(ana, "online")
    assert put_absent_offline() == 0


def test_logging_in_again_does_not_end_a_break(ana):
    set_availability(ana, "away", "almoço")
    assert come_online(ana).availability == Availability.AWAY
