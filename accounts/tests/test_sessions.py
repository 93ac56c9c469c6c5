import pytest
from django.contrib.sessions.models import Session

from accounts import events
from accounts.actions.sessions import end_sessions
from accounts.actions.users import LastAdministrator, change_role, deactivate_user
from accounts.models import User, UserSession
from accounts.models.users import Availability


def test_a_login_is_remembered_and_makes_available(ana, client_of):
    client = client_of(ana)
    session = UserSession.objects.get(user=ana)
    assert session.session_key == client.session.session_key
    ana.refresh_from_db()
    assert ana.availability == Availability.ONLINE


def test_ending_sessions_logs_out_everywhere_but_here(ana, bruno, client_of):
    here, there, other = client_of(ana), client_of(ana), client_of(bruno)
    kept = here.session.session_key
    assert end_sessions(ana, keep=kept) == 1
    assert not Session.objects.filter(session_key=there.session.session_key).exists()
    assert Session.objects.filter(session_key=kept).exists()
    assert Session.objects.filter(session_key=other.session.session_key).exists()


def test_logging_out_of_the_last_device_makes_offline(ana, client_of):
    one, two = client_of(ana), client_of(ana)
    one.logout()
    assert User.objects.get(pk=ana.pk).availability == Availability.ONLINE
    two.logout()
    assert User.objects.get(pk=ana.pk).availability == Availability.OFFLINE


def test_deactivating_ends_sessions_and_tells_the_floors_above(
    ana, client_of, django_capture_on_commit_callbacks
):
    client_of(ana)
    heard = []
    listener = lambda user_id, **facts: heard.append(user_id)  # noqa: E731
    events.user_deactivated.connect(listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            deactivate_user(ana)
    finally:
        events.user_deactivated.disconnect(listener)
    assert heard == [ana.pk]
    assert not Session.objects.exists()
    assert User.objects.get(pk=ana.pk).availability == Availability.OFFLINE


@pytest.mark.parametrize("change", [deactivate_user, lambda user: change_role(user, "agent")])
def test_the_last_administrator_stays_one(davi, change):
    with pytest.raises(LastAdministrator):
        change(davi)
    davi.refresh_from_db()
    assert davi.is_active and davi.is_admin
