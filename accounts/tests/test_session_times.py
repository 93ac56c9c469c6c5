from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts import events
from accounts.actions.sessions import end_stale_sessions
from accounts.models import SiteSetting, UserSession

HTMX = {"HX-Request": "true"}


@pytest.fixture
def session(ana, client_of):
    """Ana's session, whose clock can be put back."""

    class Session:
        client = client_of(ana)

        def age(self, **times):
            ago = {name: timezone.now() - passed for name, passed in times.items()}
            UserSession.objects.filter(user=ana).update(**ago)
            cache.clear()

        def visit(self, **headers):
            return self.client.get(reverse("accounts:profile"), headers=headers)

    return Session()


def test_an_unused_session_ends_after_an_hour(session):
    session.age(last_seen_at=timedelta(minutes=59))
    assert session.visit().status_code == 200
    session.age(last_seen_at=timedelta(minutes=61))
    assert "/login/" in session.visit().url
    assert not UserSession.objects.exists()


def test_a_session_in_use_ends_after_twelve_hours(session):
    session.age(started_at=timedelta(hours=12, minutes=1))
    assert "/login/" in session.visit().url


def test_after_the_login_comes_the_page_that_was_asked_for(session):
    session.age(last_seen_at=timedelta(hours=2))
    assert session.visit().url.endswith("?next=/profile/")


def test_a_fragment_leads_to_the_login(session):
    session.age(last_seen_at=timedelta(hours=2))
    answer = session.visit(**HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, reverse("account_login"))


@pytest.mark.parametrize("key", ["session_idle_minutes", "session_absolute_hours"])
def test_the_times_are_settings(session, key):
    SiteSetting.objects.create(key=key, value=1)
    session.age(last_seen_at=timedelta(minutes=61), started_at=timedelta(minutes=61))
    assert session.visit().status_code == 302


def test_opening_a_page_is_use_and_what_pages_ask_by_themselves_is_not(session):
    session.age(last_seen_at=timedelta(minutes=30))
    session.visit(**HTMX)
    assert last_seen() > timedelta(minutes=29)
    session.visit()
    assert last_seen() < timedelta(minutes=1)


def test_working_in_an_open_page_is_use(session):
    session.age(last_seen_at=timedelta(minutes=30))
    session.client.post(reverse("accounts:activity"), headers=HTMX)
    assert last_seen() < timedelta(minutes=1)


def test_a_report_of_work_does_not_bring_back_a_session_that_is_over(session):
    session.age(last_seen_at=timedelta(hours=2))
    session.client.post(reverse("accounts:activity"), headers=HTMX)
    assert session.visit().status_code == 302


def test_the_calendar_ends_what_is_over_and_its_sockets(
    session, django_capture_on_commit_callbacks
):
    heard = []
    listener = lambda session_keys, **facts: heard.append(session_keys)  # noqa: E731
    events.sessions_ended.connect(listener)
    key = session.client.session.session_key
    session.age(last_seen_at=timedelta(hours=2))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert end_stale_sessions() == 1
    finally:
        events.sessions_ended.disconnect(listener)
    assert heard == [[key]]


def test_a_session_in_use_stays(session):
    assert end_stale_sessions() == 0
    assert session.visit().status_code == 200


def test_asking_costs_the_database_nothing_most_of_the_time(session, django_assert_num_queries):
    session.client.get(reverse("accounts:activity"))
    with django_assert_num_queries(2):  # the session and the person, as without us
        session.client.get(reverse("accounts:activity"))


def last_seen() -> timedelta:
    return timezone.now() - UserSession.objects.get().last_seen_at
