import pytest
from django.urls import reverse

from accounts.actions.sessions import end_sessions
from accounts.audit.context import acting
from accounts.models import AuditEntry
from accounts.models.audit import AuditKind
from helpdesk.testing.cast import PASSWORD

pytestmark = pytest.mark.django_db


def told(kind):
    return AuditEntry.objects.get(kind=kind)


def log_in(client, login, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": login, "password": password})


def test_a_login_is_told_with_address_and_device(ana, client):
    client.post(
        reverse("account_login"),
        {"login": "ana", "password": PASSWORD},
        REMOTE_ADDR="192.0.2.14",
        HTTP_USER_AGENT="Mozilla/5.0 Firefox/140.0",
    )
    entry = told(AuditKind.LOGIN)
    assert (entry.actor_id, entry.address, entry.source) == (ana.pk, "192.0.2.14", "page")
    assert "Firefox" in entry.user_agent and entry.request_id


@pytest.mark.parametrize("login", ["ana", "ANA@provedor.test"])
def test_a_wrong_password_is_told_with_whom_it_meant(ana, client, login):
    log_in(client, login, "a wrong password")
    entry = told(AuditKind.LOGIN_FAILED)
    assert (entry.actor_id, entry.actor_name) == (None, login[:2] + "•••")
    assert entry.target_id == str(ana.pk)


def test_what_was_typed_as_an_unknown_name_is_not_kept(ana, client):
    log_in(client, "My-Secret-Pass", "whatever it was")
    entry = told(AuditKind.LOGIN_FAILED)
    assert (entry.target_id, entry.actor_name) == ("", "My•••")
    assert "Secret" not in str(list(AuditEntry.objects.values()))


def test_a_logout_is_told(ana, client_of):
    client_of(ana).post(reverse("account_logout"))
    assert told(AuditKind.LOGOUT).actor_id == ana.pk


def test_ended_sessions_are_told(ana, client_of, django_capture_on_commit_callbacks):
    client_of(ana)
    with acting(command="shell"), django_capture_on_commit_callbacks(execute=True):
        end_sessions(ana)
    entry = told(AuditKind.SESSION_REVOKED)
    assert (entry.target_id, entry.facts) == (str(ana.pk), {"sessions": 1})


def test_sessions_that_time_has_ended_are_not(ana, client_of, django_capture_on_commit_callbacks):
    client_of(ana)
    with django_capture_on_commit_callbacks(execute=True):
        end_sessions(ana)
    assert not AuditEntry.objects.filter(kind=AuditKind.SESSION_REVOKED).exists()


def test_a_changed_password_is_told_once(ana, client_of):
    new = "another long password"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client_of(ana).post(reverse("account_change_password"), fields).status_code == 302
    assert told(AuditKind.PASSWORD_CHANGED).actor_id == ana.pk
