"""Doors in general: what browsers are told, forged forms, planted sessions, rubbish."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.people import confirm_password, is_logged_in, log_in
from helpdesk.testing.cast import PASSWORD
from helpdesk.testing.strict import faults

OPEN_PAGES = [
    "account_login", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done", "accounts:accept_invitation",
]  # fmt: skip
OWN_PAGES = [
    "accounts:profile", "account_change_password", "account_logout", "account_reauthenticate",
    "mfa_activate_totp", "accounts:users", "accounts:invite", "admin:index",
    "admin:accounts_user_changelist", "admin:accounts_sitesetting_changelist",
]  # fmt: skip


def check(page):
    assert not faults(page)


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_open_pages_are_strict(client, db, name):
    check(client.get(reverse(name)))


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_of_people_are_strict(davi, client_of, name):
    client = client_of(davi)
    confirm_password(client)
    check(client.get(reverse(name), follow=True))


@pytest.mark.parametrize(
    "name", [*OPEN_PAGES[:2], "accounts:profile_name", "account_logout", "accounts:activity"]
)
def test_a_form_without_its_token_is_refused(ana, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    assert client.post(reverse(name), {"login": "ana", "password": PASSWORD}).status_code == 403


def test_htmx_sends_the_token_in_a_header(ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    client.get(reverse("accounts:profile"))
    token = client.cookies["csrftoken"].value
    headers = {"X-CSRFToken": token, "HX-Request": "true"}
    assert client.post(reverse("accounts:activity"), headers=headers).status_code == 204


def test_cookies_are_out_of_the_reach_of_scripts_and_other_sites(ana, client):
    cookie = log_in(client).cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]  # ends with the browser


def test_over_https_cookies_are_secure(ana, client, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    answer = log_in(client)
    assert answer.cookies["sessionid"]["secure"]


def test_a_planted_session_is_worth_nothing_after_the_login(ana, client):
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    log_in(client)
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert is_logged_in(client)
    assert thief.get(reverse("accounts:profile")).status_code == 302


def test_after_logging_out_the_old_cookie_is_worth_nothing(ana, client):
    log_in(client)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    assert thief.get(reverse("accounts:profile")).status_code == 302


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\\\evil",
        "http:///evil",
    ],
)
@pytest.mark.parametrize("page", ["login", "availability", "password", "reauthenticate"])
def test_no_form_leads_to_a_foreign_place(ana, client, client_of, foreign, page):
    own = client_of(ana)
    new = "outra senha bem comprida"
    answers = {
        "login": lambda: log_in(client, next=foreign),
        "availability": lambda: own.post(
            reverse("accounts:availability"), {"availability": "away", "next": foreign}
        ),
        "password": lambda: own.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": new, "password2": new, "next": foreign},
        ),
        "reauthenticate": lambda: own.post(
            reverse("account_reauthenticate"), {"password": PASSWORD, "next": foreign}
        ),
    }
    answer = answers[page]()
    assert answer.status_code == 302
    assert answer.url == "/"


def test_the_policy_of_transport_follows_https(settings, client, db):
    settings.SECURE_HSTS_SECONDS = 31536000
    assert (
        "max-age=31536000"
        in client.get(reverse("account_login"), secure=True)["Strict-Transport-Security"]
    )


ANYTHING = st.text(max_size=300) | st.sampled_from(
    ["\0", "\ud7ff\uffff", "' OR 1=1 --", "{{7*7}}", "%00", "a" * 5000]
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(login=ANYTHING, password=ANYTHING, following=ANYTHING)
def test_rubbish_at_the_login_is_never_an_error(db, login, password, following):
    from django.core.cache import cache

    cache.clear()
    answer = log_in(Client(), login, password, next=following)
    assert answer.status_code in (200, 302, 429)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from(
        [
            "profile_name",
            "profile_appearance",
            "profile_theme",
            "profile_preferences",
            "availability",
        ]
    ),
    values=st.dictionaries(
        st.sampled_from(
            ["full_name", "theme", "language", "shown", "availability", "reason", "next"]
        ),
        ANYTHING,
    ),
)
def test_rubbish_in_the_profile_is_never_an_error(ana, client_of, name, values):
    answer = client_of(ana).post(reverse(f"accounts:{name}"), values)
    assert answer.status_code in (204, 302, 422)
