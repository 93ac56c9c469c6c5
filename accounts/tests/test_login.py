import pytest
from django.contrib.auth import authenticate

from accounts.models import User
from helpdesk.testing.cast import PASSWORD


@pytest.mark.parametrize("login", ["ana", "ANA", "ana@provedor.test", "Ana@Provedor.Test", " ana "])
def test_somebody_logs_in_with_either_name_in_any_case(ana, login):
    assert authenticate(None, username=login, password=PASSWORD) == ana


def test_allauth_gives_an_address_as_email_and_as_username(ana):
    login = "ana@provedor.test"
    assert authenticate(None, email=login, username=login, password=PASSWORD) == ana


@pytest.mark.parametrize("login", ["ana", "nobody", "", "\0", "ana\0\0x"])
def test_a_wrong_name_or_password_does_not_log_in(ana, login):
    assert authenticate(None, username=login, password="errada") is None


def test_somebody_deactivated_does_not_log_in(ana):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert authenticate(None, username="ana", password=PASSWORD) is None


def test_an_email_that_equals_anothers_username_does_not_shadow_it(ana, bruno):
    User.objects.filter(pk=bruno.pk).update(email="x@provedor.test")
    User.objects.filter(pk=ana.pk).update(username="x@provedor.test")
    assert authenticate(None, username="x@provedor.test", password=PASSWORD) == ana


def test_an_unknown_name_costs_a_password_check_too(ana, monkeypatch):
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda user, password: hashed.append(password))
    assert authenticate(None, username="nobody", password="x") is None
    assert hashed == ["x"]


def test_a_superuser_from_the_command_line_is_an_administrator(db):
    davi = User.objects.create_superuser(
        "root", "root@provedor.test", "uma senha", full_name="Raiz"
    )
    assert davi.is_admin and davi.is_staff
    assert davi.has_perm("accounts.change_user")
