import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import two_factor
from accounts.models import AuditEntry, SiteSetting
from accounts.tests.people import code_of, confirm_password, is_logged_in, log_in, switch_on


@pytest.fixture
def secret(ana, client_of):
    return switch_on(client_of(ana))


@pytest.fixture
def half_in(ana, secret, client):
    """Somebody with the right password and no code yet."""
    assert log_in(client).url == reverse("mfa_authenticate")
    return client


def give(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def recovery_codes(user):
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def test_the_password_alone_opens_nothing(half_in):
    assert not is_logged_in(half_in)
    assert half_in.get("/admin/").status_code == 302
    assert half_in.get(reverse("accounts:profile")).status_code == 302


def test_the_code_opens(half_in, secret):
    assert give(half_in, code_of(secret)).status_code == 302
    assert is_logged_in(half_in)


def test_a_wrong_code_does_not_and_says_so(half_in):
    answer = give(half_in, "000000")
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not is_logged_in(half_in)


def test_a_code_works_once(half_in, secret, ana):
    code = code_of(secret)
    give(half_in, code)
    again = Client()
    log_in(again)
    give(again, code)
    assert is_logged_in(half_in)
    assert not is_logged_in(again)


def test_the_code_that_switched_it_on_does_not_log_in(ana, client_of, client):
    secret = switch_on(client_of(ana))
    log_in(client)
    give(client, code_of(secret, -1))
    assert not is_logged_in(client)


def test_a_recovery_code_works_once(half_in, ana):
    code = recovery_codes(ana)[0]
    give(half_in, code)
    assert is_logged_in(half_in)
    again = Client()
    log_in(again)
    give(again, code)
    assert not is_logged_in(again)
    assert len(recovery_codes(ana)) == 9


def test_guessing_codes_ends_after_five(half_in, secret):
    for _guess in range(5):
        give(half_in, "000000")
    answer = give(half_in, code_of(secret))
    assert not is_logged_in(half_in)
    assert "15 min" in answer.content.decode()


def test_secrets_are_encrypted_in_the_database(ana, secret):
    codes = recovery_codes(ana)
    stored = " ".join(str(row.data) for row in Authenticator.objects.filter(user=ana))
    assert secret not in stored
    assert not any(code in stored for code in codes)
    app = Authenticator.objects.get(user=ana, type="totp")
    assert two_factor.TwoFactorAdapter().decrypt(app.data["secret"]) == secret


def test_the_secret_waits_in_the_session_encrypted(ana, client_of):
    client = client_of(ana)
    confirm_password(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    kept = [str(row.get_decoded()) for row in Session.objects.all()]
    assert any("mfa.totp.secret" in row for row in kept)
    assert not any(secret in row for row in kept)


def test_nothing_secret_is_logged_or_in_the_trail(ana, client_of, client, caplog, capfd):
    secret = switch_on(client_of(ana))
    log_in(client)
    give(client, code_of(secret))
    written = caplog.text + "".join(capfd.readouterr())
    written += " ".join(f"{row.before} {row.after} {row.facts}" for row in AuditEntry.objects.all())
    assert secret not in written
    assert not any(code in written for code in recovery_codes(ana))


def test_the_qr_code_is_a_picture_that_the_policy_allows(ana, client_of):
    client = client_of(ana)
    confirm_password(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert re.search(r'<img src="data:image/svg\+xml;base64,', page.content.decode())
    assert "style=" not in page.content.decode()
    assert "img-src 'self' blob: data:" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "page", ["mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"]
)
def test_changing_it_needs_the_password_again(ana, client_of, page):
    client = client_of(ana)
    if page != "mfa_activate_totp":
        switch_on(client)
        client = client_of(ana)
    answer = client.get(reverse(page))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_a_form_posted_without_the_password_again_changes_nothing(ana, secret, client_of):
    client_of(ana).post(reverse("mfa_deactivate_totp"))
    assert two_factor.is_on(ana)


def test_switching_it_off_after_the_password_is_in_the_trail(ana, secret, client_of):
    client = client_of(ana)
    confirm_password(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not two_factor.is_on(ana)
    assert AuditEntry.objects.filter(kind="two_factor_disabled", actor_id=ana.pk).exists()


def test_an_administrator_resets_it_for_somebody_who_lost_it(ana, davi, secret, client_of, client):
    client_of(davi).post(reverse("accounts:user_act", args=[ana.pk, "reset-two-factor"]))
    assert not Authenticator.objects.filter(user=ana).exists()
    assert AuditEntry.objects.filter(kind="two_factor_disabled", actor_id=davi.pk).exists()
    log_in(client)
    assert is_logged_in(client)


@pytest.fixture
def required(db):
    SiteSetting.objects.create(key="two_factor_roles", value=["agent", "admin"])


@pytest.mark.parametrize("page", ["/inbox/", "/profile/", "/admin/", "/users/", "/nothing/"])
def test_who_needs_one_sets_it_up_before_anything_else(required, davi, client_of, page):
    assert client_of(davi).get(page).url == reverse("mfa_activate_totp")


def test_who_needs_one_and_has_it_goes_on(required, ana, client_of):
    client = client_of(ana)
    switch_on(client)
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_roles_that_need_none_are_let_through(required, vera, client_of):
    assert client_of(vera).get(reverse("accounts:profile")).status_code == 200


def test_fragments_lead_there_too(required, ana, client_of):
    answer = client_of(ana).get("/inbox/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("mfa_activate_totp")


def test_the_second_factors_of_people_are_not_in_the_administration(davi, client_of):
    assert client_of(davi).get("/admin/mfa/authenticator/").status_code == 404


@pytest.mark.parametrize(
    ("value", "accepted"), [('["admin"]', True), ('["king"]', False), ('"admin"', False)]
)
def test_the_roles_that_need_one_are_a_setting(davi, client_of, value, accepted):
    form = {"key": "two_factor_roles", "value": value}
    client_of(davi).post(reverse("admin:accounts_sitesetting_add"), form)
    assert SiteSetting.objects.filter(key="two_factor_roles").exists() is accepted
