import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.actions.passwords import send_reset_link
from accounts.models import User, UserSession
from accounts.tests.people import is_logged_in, log_in
from helpdesk.celery import app

NEW = "outra senha bem comprida"


@pytest.fixture
def tasks_at_once():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def ask(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def link_in_mail():
    address = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)
    return address[1]


def open_link(client):
    """Follow the link of the mail to the form; return the form's address."""
    answer = client.get(link_in_mail(), follow=True)
    return answer.redirect_chain[-1][0], answer


def test_known_and_unknown_addresses_are_answered_alike(ana, client, tasks_at_once):
    answers = [ask(client, email) for email in ("ana@provedor.test", "nobody@provedor.test")]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert len({answer.url for answer in answers}) == 1
    assert [letter.to for letter in mail.outbox] == [["ana@provedor.test"]]


def test_the_page_sends_nothing_itself_so_that_time_tells_nothing(ana, client):
    ask(client, "ana@provedor.test")
    assert mail.outbox == []


def test_the_address_in_any_case_finds_the_person(ana):
    assert send_reset_link("ANA@Provedor.test") == 1


def test_somebody_deactivated_gets_no_link(ana):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert send_reset_link("ana@provedor.test") == 0


def test_nobody_without_an_address_is_found_by_an_empty_one(ana):
    User.objects.filter(pk=ana.pk).update(email="")
    assert send_reset_link(" ") == 0


def test_the_link_gives_a_new_password_and_logs_out_everywhere(ana, client, client_of):
    client_of(ana)
    send_reset_link(ana.email)
    address, _page = open_link(client)
    client.post(address, {"password1": NEW, "password2": NEW})
    assert not UserSession.objects.filter(user=ana).exists()
    log_in(client, password=NEW)
    assert is_logged_in(client)


def test_the_link_works_once(ana, client):
    send_reset_link(ana.email)
    address, _page = open_link(client)
    client.post(address, {"password1": NEW, "password2": NEW})
    client.session.flush()
    _address, page = open_link(client)
    assert page.context["token_fail"]


def test_the_key_does_not_stay_in_the_address(ana, client):
    send_reset_link(ana.email)
    key = re.search(r"key=([^&\s]+)", link_in_mail())[1]
    address, page = open_link(client)
    assert key not in address
    assert page["Referrer-Policy"] == "same-origin"


def test_the_link_leads_to_our_own_address_whatever_the_host_header_says(
    ana, client, tasks_at_once, settings
):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(reverse("account_reset_password"), {"email": ana.email}, HTTP_HOST="evil.example")
    assert settings.BASE_URL in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body


def test_a_weak_password_is_refused(ana, client):
    send_reset_link(ana.email)
    address, _page = open_link(client)
    assert (
        client.post(address, {"password1": "12345678", "password2": "12345678"}).status_code == 200
    )
    assert User.objects.get(pk=ana.pk).check_password("uma senha bem comprida")


def test_asking_again_and_again_is_answered_429_for_everybody_alike(ana, client):
    for email in ("ana@provedor.test", "nobody@provedor.test"):
        answers = [ask(client, email).status_code for _ in range(4)]
        assert answers == [302, 302, 302, 429]


@pytest.mark.parametrize("query", ["", "?person=x", "?person=../x&key=y", "?person=x&key=y%00"])
def test_a_broken_link_is_no_error_of_ours(client, db, query):
    answer = client.get(reverse("accounts:open_reset") + query, follow=True)
    assert answer.status_code in (200, 404)


def test_a_new_password_lifts_the_lock(ana, client):
    for _attempt in range(6):
        log_in(client, password="errada")
    send_reset_link(ana.email)
    address, _page = open_link(client)
    client.post(address, {"password1": NEW, "password2": NEW}, REMOTE_ADDR="192.0.2.1")
    log_in(client, password=NEW)
    assert is_logged_in(client)
