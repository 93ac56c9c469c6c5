import pytest
from django.urls import reverse

from accounts.models import User, UserSession
from helpdesk.testing.cast import PASSWORD


@pytest.fixture
def log_in(client):
    def post(login, password, **extra):
        form = {"login": login, "password": password, **extra}
        return client.post(reverse("account_login"), form)

    return post


def is_logged_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["ana", "ANA@provedor.test"])
def test_somebody_logs_in_and_comes_to_the_start_page(ana, client, log_in, login):
    response = log_in(login, PASSWORD)
    assert (response.status_code, response.url) == (302, "/")
    assert is_logged_in(client)


def test_the_page_somebody_wanted_comes_after_the_login(ana, log_in):
    assert log_in("ana", PASSWORD, next="/admin/").url == "/admin/"


def test_no_foreign_address_comes_after_the_login(ana, log_in):
    assert log_in("ana", PASSWORD, next="https://evil.example/").url == "/"


def test_wrong_passwords_unknown_and_inactive_people_are_answered_alike(ana, bruno, log_in, client):
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    answers = {
        str(log_in(login, password).context["form"].non_field_errors())
        for login, password in (("ana", "errada"), ("nobody", "errada"), ("bruno", PASSWORD))
    }
    assert len(answers) == 1
    assert not is_logged_in(client)


def test_the_sixth_attempt_is_refused_although_the_password_is_right(ana, client, log_in):
    for _attempt in range(5):
        log_in("ana", "errada")
    log_in("ana", PASSWORD)
    assert not is_logged_in(client)


def test_nobody_signs_up_by_themselves(client, db):
    assert client.get("/accounts/signup/").status_code == 404


def test_a_forced_change_lets_nothing_else_through_until_it_is_done(ana, client_of):
    User.objects.filter(pk=ana.pk).update(must_change_password=True)
    client = client_of(ana)
    address = reverse("account_change_password")
    assert client.get("/admin/").url == address
    assert client.get(address).status_code == 200
    new = "outra senha bem comprida"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(address, form).url == "/"
    ana.refresh_from_db()
    assert not ana.must_change_password
    assert is_logged_in(client)


def test_a_new_password_logs_out_the_other_devices(ana, client_of):
    here, there = client_of(ana), client_of(ana)
    new = "outra senha bem comprida"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    here.post(reverse("account_change_password"), form)
    assert UserSession.objects.get(user=ana).session_key == here.session.session_key
    assert there.get(reverse("account_change_password")).status_code == 302


@pytest.mark.parametrize(
    ("form", "status"),
    [({"availability": "away", "reason": "almoço"}, 302), ({"availability": "x"}, 422), ({}, 422)],
)
def test_somebody_says_whether_they_are_available(ana, client_of, form, status):
    response = client_of(ana).post(reverse("accounts:availability"), form)
    assert response.status_code == status
    ana.refresh_from_db()
    assert ana.availability == ("away" if status == 302 else "online")


def test_availability_is_posted_by_people_who_are_logged_in_and_leads_nowhere_foreign(
    ana, client, client_of
):
    address = reverse("accounts:availability")
    assert client.post(address).status_code == 302
    assert client_of(ana).get(address).status_code == 405
    form = {"availability": "away", "next": "//evil.example/"}
    assert client_of(ana).post(address, form).url == "/"
