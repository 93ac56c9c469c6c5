import time_machine

from helpdesk.core.rate_limit import allow


def test_the_use_after_the_limit_is_refused_until_the_window_has_passed():
    with time_machine.travel("2026-03-02 12:00:00Z", tick=False) as clock:
        assert [allow("invite:1", 2, 60) for _ in range(3)] == [True, True, False]
        clock.shift(60)
        assert allow("invite:1", 2, 60)


def test_keys_are_counted_apart():
    assert allow("invite:1", 1, 60)
    assert allow("invite:2", 1, 60)
    assert not allow("invite:1", 1, 60)
