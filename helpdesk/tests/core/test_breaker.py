import threading

import pytest
import time_machine
from django.db import connection

from helpdesk.core import breaker_stores
from helpdesk.core.breaker import all_states, breaker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_state_from_before(settings):
    if settings.REDIS_URL:
        client = breaker_stores._redis()
        for key in client.scan_iter(match=breaker_stores.PREFIX + "*"):
            client.delete(key)


def failing(times, name="service", **limits):
    service = breaker(name, **limits)
    for _ in range(times):
        service.record_failure("HTTP 503")
    return service


def test_below_the_limit_everything_passes():
    assert failing(2).allow()


def test_the_third_failure_in_a_row_opens_it():
    service = failing(3)
    assert not service.allow()
    assert (service.state().state, service.state().last_error) == ("open", "HTTP 503")


def test_a_success_in_between_begins_the_row_anew():
    service = failing(2)
    service.record_success()
    service.record_failure("HTTP 503")
    assert service.allow()


def test_breakers_of_other_names_stay_closed():
    failing(3)
    assert breaker("other").allow()


def test_when_its_time_is_over_exactly_one_probe_passes():
    with time_machine.travel("2026-03-02 12:00:00Z", tick=False) as clock:
        service = failing(3, reset_seconds=30)
        clock.shift(29)
        assert not service.allow()
        clock.shift(2)
        assert [service.allow() for _ in range(3)] == [True, False, False]


def test_a_probe_that_succeeds_closes_it():
    with time_machine.travel("2026-03-02 12:00:00Z", tick=False) as clock:
        service = failing(3)
        clock.shift(31)
        assert service.state().state == "half_open"
        assert service.allow()
        service.record_success()
        assert service.allow() and service.allow()
        assert service.state().state == "closed"


def test_a_probe_that_fails_keeps_it_open_for_another_period():
    with time_machine.travel("2026-03-02 12:00:00Z", tick=False) as clock:
        service = failing(3)
        clock.shift(31)
        assert service.allow()
        service.record_failure("HTTP 503")
        clock.shift(29)
        assert not service.allow()
        clock.shift(2)
        assert service.allow()


def test_reset_closes_it_at_once():
    service = failing(3)
    service.reset()
    assert service.allow()


def test_all_states_lists_what_has_failed_by_name():
    failing(3, "whatsapp")
    failing(1, "ai")
    assert [(s.name, s.state, s.failures) for s in all_states()] == [
        ("ai", "closed", 1),
        ("whatsapp", "open", 3),
    ]


def test_of_many_threads_one_is_the_probe():
    with time_machine.travel("2026-03-02 12:00:00Z", tick=False) as clock:
        service = failing(3)
        clock.shift(31)
        passed = in_threads(8, service.allow)
    assert sum(passed) == 1


def test_failures_of_many_threads_are_all_counted():
    service = breaker("service", failures=100)
    in_threads(8, lambda: service.record_failure("HTTP 503"))
    assert service.state().failures == 8


def test_a_breaker_whose_store_is_away_lets_everything_through(monkeypatch):
    service = failing(3)

    class Away:
        def __getattr__(self, name):
            raise ConnectionError

    monkeypatch.setattr("helpdesk.core.breaker._store", Away)
    service.record_failure("HTTP 503")
    assert service.allow()


def in_threads(count, function):
    found = []

    def run():
        try:
            found.append(function())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
