"""Waking browsers: against a push service that checks the sender and opens the payload."""

import json

import pytest
from django.urls import reverse

from conversations.actions import conversations as actions
from conversations.actions.notifications import notify, pushing
from conversations.models import Notification, PushSubscription
from helpdesk.testing.push_server import Browser, PushServer

SUBSCRIBE, FORGET = "conversations:subscribe_browser", "conversations:unsubscribe_browser"


@pytest.fixture
def service(settings):
    settings.OUTBOUND_HTTP_ALLOW = ["127.0.0.1"]
    with PushServer() as server:
        yield server


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def subscription(ana, service, browser):
    return pushing.subscribe(
        ana,
        endpoint=f"{service.origin}/push/ana",
        public_key=browser.public_key,
        auth_secret=browser.auth_secret,
    )


@pytest.fixture
def notification(ana, celia, conversation):
    notify([ana.pk], "assigned", cause="c", conversation=conversation, actor=celia)
    return Notification.objects.get()


def prefer(user, **hearing):
    user.preferences = {"hearing": hearing}
    user.save()


def test_the_browser_opens_what_was_pushed_and_finds_no_name_in_it(
    service, browser, subscription, notification, conversation
):
    assert pushing.push(notification.pk) == 1
    ((path, headers, body),) = service.pushes
    said = json.loads(browser.opened(body))
    assert path == "/push/ana"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert said["address"] == reverse("conversations:conversation", args=[conversation.pk])
    assert said["body"] == "A conversation was assigned to you"
    assert "Zeca" not in json.dumps(said)
    assert PushSubscription.objects.get().last_used_at


def test_whoever_wants_it_reads_the_first_name_and_never_the_text(
    ana, service, browser, subscription, notification
):
    prefer(ana, push_names=True)
    pushing.push(notification.pk)
    said = browser.opened(service.pushes[0][2]).decode()
    assert "Zeca:" in said
    assert "Pereira" not in said
    assert "internet" not in said


def test_what_was_read_meanwhile_or_is_not_wanted_wakes_nobody(
    ana, service, subscription, notification
):
    for hearing in (
        {"push": False},
        {"tell_assigned": False},
        {"quiet_until": "2999-01-01T00:00Z"},
    ):
        prefer(ana, **hearing)
        assert pushing.push(notification.pk) == 0
    prefer(ana)
    ana.availability = "away"
    ana.save()
    assert pushing.push(notification.pk) == 0
    ana.availability = "online"
    ana.save()
    Notification.objects.update(read_at=notification.created_at)
    assert pushing.push(notification.pk) == 0
    assert service.pushes == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service, subscription, notification, status):
    service.status = status
    assert pushing.push(notification.pk) == 0
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("status", [400, 429, 500, 302])
def test_a_failure_is_counted_and_the_next_success_forgets_it(
    service, subscription, notification, status
):
    service.status = status
    assert pushing.push(notification.pk) == 0
    assert PushSubscription.objects.get().failures == 1
    assert len(service.pushes) == 1  # a redirect is not followed
    service.status = 201
    pushing.push(notification.pk)
    assert PushSubscription.objects.get().failures == 0


def test_a_service_that_never_works_is_left_alone_at_last(service, subscription, notification):
    service.status = 500
    PushSubscription.objects.update(failures=pushing.MOST_FAILURES - 1)
    pushing.push(notification.pk)
    assert not PushSubscription.objects.exists()


def test_an_address_that_has_become_private_is_not_called(
    settings, service, subscription, notification
):
    settings.OUTBOUND_HTTP_ALLOW = []
    assert pushing.push(notification.pk) == 0
    assert service.pushes == []
    assert PushSubscription.objects.get().failures == 1


def subscribed(client, browser, endpoint):
    said = {"endpoint": endpoint, "p256dh": browser.public_key, "auth": browser.auth_secret}
    return client.post(reverse(SUBSCRIBE), said)


def test_a_browser_subscribes_once_and_goes_to_whoever_uses_it(
    ana, celia, service, browser, client_of
):
    endpoint = f"{service.origin}/push/1"
    for person in (ana, ana, celia):
        assert subscribed(client_of(person), browser, endpoint).status_code == 204
    assert PushSubscription.objects.get().user == celia
    client_of(ana).post(reverse(FORGET), {"endpoint": endpoint})
    assert PushSubscription.objects.exists()
    client_of(celia).post(reverse(FORGET), {"endpoint": endpoint})
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "javascript:alert(1)", "file:///etc/passwd", "http://127.0.0.1:6379/", "https://10.0.0.1/x",
        "https://[::1]/", "http://169.254.169.254/latest", "https://x/" + "a" * 1000,
    ],
)  # fmt: skip
def test_an_address_we_do_not_call_is_refused(ana, browser, client_of, endpoint):
    assert subscribed(client_of(ana), browser, endpoint).status_code == 422
    assert not PushSubscription.objects.exists()


def test_only_so_many_browsers_of_one_person_are_kept(ana, service, browser):
    for number in range(pushing.MOST_BROWSERS + 3):
        pushing.subscribe(
            ana,
            endpoint=f"{service.origin}/{number}",
            public_key=browser.public_key,
            auth_secret=browser.auth_secret,
        )
    assert ana.push_subscriptions.count() == pushing.MOST_BROWSERS


def test_the_profile_lists_browsers_and_removes_them(ana, celia, subscription, client_of):
    client = client_of(ana)
    assert str(subscription.pk) in client.get("/profile/").content.decode()
    client_of(celia).post(reverse(FORGET), {"browser": subscription.pk})
    assert PushSubscription.objects.exists()
    client.post(reverse(FORGET), {"browser": subscription.pk})
    assert not PushSubscription.objects.exists()


def test_the_script_lies_at_the_root_under_the_policy_of_the_house(client):
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"


def test_assigning_wakes_the_browser_of_whoever_receives_it(
    ana, celia, conversation, service, browser, subscription, commits, monkeypatch
):
    from conversations import tasks

    monkeypatch.setattr(tasks.push_notification, "delay", tasks.push_notification.run)
    actions.take(conversation, by=celia)
    with commits():
        actions.transfer(conversation, by=celia, agent=ana, reason="Turno")
    assert len(service.pushes) == 1
