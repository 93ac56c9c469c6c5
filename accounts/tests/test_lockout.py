import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.addresses import client_address
from accounts.lockout import FAILURES_PER_ADDRESS, FAILURES_PER_NAME, Attempt
from accounts.models import AuditEntry
from accounts.tests.people import is_logged_in, log_in


@pytest.fixture
def locked(ana, client):
    for _attempt in range(5):
        log_in(client, password="errada")


def test_the_sixth_attempt_is_told_how_long_to_wait(locked, client):
    answer = log_in(client)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert "15 min" in answer.content.decode()
    assert not is_logged_in(client)


@pytest.mark.parametrize("login", ["ANA", "ana@provedor.test", " ana "])
def test_no_other_spelling_of_the_name_has_a_count_of_its_own(locked, client, login):
    assert log_in(client, login).status_code == 429


def test_another_address_and_another_name_are_not_locked(locked, client, bruno):
    assert log_in(client, "bruno").status_code == 302
    client.logout()
    assert log_in(client, address="192.0.2.77").status_code == 302


def test_an_address_is_locked_after_fifty_failures_whatever_the_names(ana, client):
    for number in range(FAILURES_PER_ADDRESS):
        Attempt(from_address("192.0.2.9"), f"nobody{number}", None).begin()
    assert log_in(client, address="192.0.2.9").status_code == 429
    assert log_in(client, address="192.0.2.10").status_code == 302


def test_guessing_from_very_many_addresses_locks_the_name(ana, client):
    for number in range(FAILURES_PER_NAME):
        Attempt(from_address(f"198.51.100.{number}"), "ana", ana).begin()
    assert log_in(client).status_code == 429


def test_whoever_is_logged_in_at_an_address_is_not_kept_out_there_by_others(ana, client):
    log_in(client, address="127.0.0.1")
    for number in range(FAILURES_PER_NAME):
        Attempt(from_address(f"198.51.100.{number}"), "ana", ana).begin()
    assert log_in(Client(), address="127.0.0.1").status_code == 302
    assert log_in(Client(), address="192.0.2.1").status_code == 429


def test_ipv6_addresses_of_one_network_count_together(ana):
    attempts = [Attempt(from_address(f"2001:db8::{n:x}"), "ana", ana).begin() for n in range(1, 7)]
    assert [bool(seconds) for seconds in attempts] == [False] * 5 + [True]


def test_a_right_password_takes_the_failures_back(ana, client):
    for _round in range(3):
        for _attempt in range(4):
            log_in(client, password="errada")
        assert log_in(client).status_code == 302
        client.logout()


def test_an_administrator_unlocks_in_the_list_of_the_administration(
    locked, ana, davi, client, client_of
):
    form = {"action": "unlock_login", "_selected_action": [str(ana.pk)]}
    client_of(davi).post(reverse("admin:accounts_user_changelist"), form)
    assert log_in(client).status_code == 302
    assert AuditEntry.objects.filter(
        kind="unlocked", actor_id=davi.pk, target_id=str(ana.pk)
    ).exists()


def test_an_administrator_unlocks_on_the_page_of_users(locked, ana, davi, client, client_of):
    page = client_of(davi).get(reverse("accounts:user", args=[ana.pk]))
    address = reverse("accounts:user_act", args=[ana.pk, "unlock"])
    assert address in page.content.decode()
    client_of(davi).post(address)
    assert log_in(client).status_code == 302


def test_unlocking_frees_the_address_too(ana, davi, client, client_of):
    for number in range(FAILURES_PER_ADDRESS):
        Attempt(from_address("192.0.2.1"), f"nobody{number}", None).begin()
    assert log_in(client).status_code == 429
    client_of(davi).post(reverse("accounts:user_act", args=[ana.pk, "unlock"]))
    assert log_in(client).status_code == 302


def test_being_locked_is_in_the_trail_once(locked, ana, client):
    for _attempt in range(3):
        log_in(client)
    assert AuditEntry.objects.filter(kind="locked", target_id=str(ana.pk)).count() == 1


def test_the_login_page_itself_answers_429_when_asked_too_often(client, db):
    answers = [log_in(client, f"nobody{n}").status_code for n in range(62)]
    assert answers[-1] == 429
    assert "Retry-After" in log_in(client, "nobody").headers


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # not our proxy: not believed
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "rubbish", "0.0.0.0"),
    ],
)
def test_the_address_behind_our_proxies_is_the_one_they_saw(settings, remote, forwarded, address):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **extra)) == address


def from_address(address):
    return RequestFactory().post("/", REMOTE_ADDR=address)
