"""What is told and how: sounds, browsers, quiet hours, do not disturb."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.hearing import (
    DEFAULTS,
    KINDS,
    SILENT,
    SOUNDS,
    UNTOLD,
    hearing_of,
    is_within,
    telling,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
kinds = st.sampled_from(KINDS)
rubbish = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
chosen = st.fixed_dictionaries({}, optional=dict.fromkeys(DEFAULTS, rubbish))


def told(kind="message", at=NOON, availability="online", **hearing):
    return telling({"hearing": hearing}, kind, at=at, availability=availability)


def test_by_default_one_sees_and_hears_and_no_name_leaves_the_house():
    answer = told()
    assert (answer.shows, answer.sound, answer.volume, answer.pushes) == (True, "drop", 40, True)
    assert hearing_of({})["push_names"] is False


@given(rubbish | st.fixed_dictionaries({"hearing": rubbish | chosen}), kinds)
def test_whatever_lies_in_the_preferences_the_answer_is_possible(preferences, kind):
    known = hearing_of(preferences)
    assert known.keys() == DEFAULTS.keys()
    answer = telling(preferences, kind, at=NOON, availability="online")
    assert answer.sound in ("", *SOUNDS)
    assert 0 <= answer.volume <= 100


@given(kinds, chosen)
def test_a_kind_that_is_switched_off_is_not_told(kind, hearing):
    assert told(kind, **hearing | {f"tell_{kind}": False}) == UNTOLD


@given(kinds, chosen)
def test_while_away_nothing_is_told_unless_one_wants_it(kind, hearing):
    assert told(kind, availability="away", **hearing | {"quiet_away": True}) == UNTOLD
    awake = hearing | {"quiet_away": False}
    assert told(kind, availability="away", **awake) == told(kind, **awake)


@given(kinds, st.integers(-5000, 5000))
def test_do_not_disturb_lasts_until_its_moment(kind, minutes):
    at = NOON + timedelta(minutes=minutes)
    answer = told(kind, at=at, quiet_until=NOON.isoformat(), push=True)
    assert (answer == UNTOLD) == (at < NOON)


@given(clocks, clocks, st.times())
def test_the_hours_of_a_day_and_the_others_make_the_whole_day(start, end, now):
    assume(start != end)
    hours = start.isoformat(), end.isoformat()
    assert is_within(now, *hours) != is_within(now, *reversed(hours))


def test_quiet_hours_go_over_midnight():
    night = ("22:00", "07:00")
    assert is_within(time(23), *night)
    assert is_within(time(6, 59), *night)
    assert not is_within(time(7), *night)
    assert not is_within(time(12), *night)


@given(kinds)
def test_without_sounds_one_still_sees(kind):
    for silent in ({"sounds": False}, {"volume": 0}, {f"sound_{kind}": SILENT}):
        answer = told(kind, push=True, **silent)
        assert (answer.shows, answer.sound, answer.pushes) == (True, "", True)
