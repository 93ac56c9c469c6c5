"""A number that stands still: by an error or by a person, and how it goes on."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from conversations.actions import channels, notices, outbox
from conversations.models import Channel, Notice, NoticeKind, PauseCause, Status
from conversations.providers.base import ProviderError
from conversations.tests.factories import ChannelFactory
from conversations.tests.providers import payloads
from helpdesk.core.breaker import breaker
from helpdesk.testing.webhooks import receive


def paused(channel) -> str:
    return Channel.objects.get(pk=channel.pk).paused_reason


def test_a_dead_token_stops_the_channel_and_by_hand_it_sends_what_waited(
    client_of, celia, graph, channel, queued
):
    graph.access_token = "renewed"
    messages = [queued(str(number)) for number in range(3)]
    outbox.send_due(channel.pk)
    outbox.send_due(channel.pk)
    assert paused(channel) == PauseCause.ERROR
    notice = Notice.objects.get()
    assert (notice.kind, notice.data["code"]) == (NoticeKind.CHANNEL_STOPPED, 190)
    page = client_of(celia).get(f"/channels/{channel.pk}/").content.decode()
    assert "[190]" in page
    graph.access_token = channel.access_token
    client_of(celia).post(f"/channels/{channel.pk}/resume/")
    outbox.send_due(channel.pk)
    for message in messages:
        message.refresh_from_db()
        assert message.status == Status.SENT
    notice.refresh_from_db()
    assert notice.resolved_at
    assert AuditEntry.objects.filter(kind="channel_changed", actor_id=celia.pk).exists()


def test_payment_is_a_notice_of_its_own_once_per_episode(channel):
    error = ProviderError(code=131042, decision="channel", details="Payment issue")
    for _again in range(2):
        channels.pause_for_error(channel, error)
    assert Notice.objects.get().kind == NoticeKind.PAYMENT


@pytest.mark.parametrize(("age", "pauses"), [(5, True), (3600, False)])
def test_payment_that_only_a_status_tells_of_stops_the_channel_while_it_is_news(
    client, graph, channel, queued, age, pauses
):
    message = queued()
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    at = str(int(time.time()) - age)
    failed = payloads.failed(message.provider_id, 131042, "No payment method", timestamp=at)
    receive(client, channel, statuses=[failed])
    assert bool(paused(channel)) is pauses
    assert Notice.objects.filter(kind=NoticeKind.PAYMENT).exists() is pauses


def test_a_check_that_goes_well_ends_an_errors_pause_and_its_notice(graph, channel):
    channels.pause_for_error(channel, ProviderError(code=190, decision="channel"))
    assert channels.check(channel)
    assert paused(channel) == ""
    assert not Notice.objects.open().exists()


def test_what_was_dismissed_does_not_come_back_with_each_check(graph, channel, celia):
    graph.access_token = "another"
    for _round in range(2):
        channels.check(Channel.objects.get(pk=channel.pk))
        for notice in Notice.objects.open():
            notices.dismiss(notice, by=celia)
    assert Notice.objects.count() == 1


def test_a_persons_pause_survives_a_check_that_goes_well(client_of, celia, graph, channel):
    client_of(celia).post(f"/channels/{channel.pk}/pause/", {"reason": "Mudança de número"})
    assert channels.check(channel)
    assert paused(channel) == PauseCause.PERSON
    page = client_of(celia).get(f"/channels/{channel.pk}/").content.decode()
    assert "Mudança de número" in page and "Célia" in page


def test_a_persons_pause_lets_nothing_leave_and_loses_nothing(
    client_of, celia, graph, channel, queued
):
    message = queued()
    client_of(celia).post(f"/channels/{channel.pk}/pause/")
    outbox.send_due(channel.pk)
    assert not graph.accepted
    client_of(celia).post(f"/channels/{channel.pk}/resume/")
    outbox.send_due(channel.pk)
    message.refresh_from_db()
    assert message.status == Status.SENT


def test_an_error_does_not_take_the_place_of_a_persons_pause(channel, celia):
    channels.pause(channel, by=celia)
    channels.pause_for_error(channel, ProviderError(code=190, decision="channel"))
    assert paused(channel) == PauseCause.PERSON


def test_the_test_button_says_in_words_what_meta_answers(client_of, celia, graph, channel):
    answer = client_of(celia).post(f"/channels/{channel.pk}/test/", follow=True)
    assert "can send messages" in answer.content.decode()
    graph.access_token = "another"
    answer = client_of(celia).post(f"/channels/{channel.pk}/test/", follow=True)
    assert "[190]" in answer.content.decode()


def test_a_check_keeps_facts_and_codes_and_no_sentence_of_ours(graph, channel):
    channels.check(channel)
    channel.refresh_from_db()
    assert channel.health["facts"]["quality"] == "GREEN"
    assert channel.health["facts"]["throughput"] == "STANDARD"
    graph.access_token = "another"
    channels.check(channel)
    channel.refresh_from_db()
    assert channel.health["error"]["code"] == 190


def test_quality_that_fell_is_a_notice_once_and_ends_when_it_is_high_again(channel):
    low, high = {"facts": {"quality": "RED"}}, {"facts": {"quality": "GREEN"}}
    for _again in range(2):
        channels._note_quality(channel, low)
    assert Notice.objects.get().kind == NoticeKind.QUALITY
    channels._note_quality(channel, high)
    assert not Notice.objects.open().exists()


def test_a_round_asks_a_few_those_first_that_were_asked_longest_ago(graph, channel, monkeypatch):
    monkeypatch.setattr(channels, "CHECKS_A_ROUND", 2)
    now = timezone.now()
    queue = channel.default_queue
    never = ChannelFactory(default_queue=queue, access_token=channel.access_token)
    old = ChannelFactory(default_queue=queue, access_token=channel.access_token)
    for row, age in ((channel, 6), (old, 60)):
        Channel.objects.filter(pk=row.pk).update(checked_at=now - timedelta(minutes=age))
    channels.check_all()
    asked = Channel.objects.filter(checked_at__gte=now).values_list("pk", flat=True)
    assert set(asked) == {never.pk, old.pk}
    channels.check_all()
    channels.check_all()  # nobody is due any more
    assert Channel.objects.filter(checked_at__gte=now).count() == 3


def test_the_last_webhook_is_noted_at_most_once_a_minute(
    client, channel, django_assert_num_queries
):
    receive(client, channel, payloads.text_message())
    noted = Channel.objects.get(pk=channel.pk).last_webhook_at
    assert noted
    receive(client, channel, payloads.text_message("de novo"))
    assert Channel.objects.get(pk=channel.pk).last_webhook_at == noted
    with django_assert_num_queries(0):
        channels.note_heard({channel.pk})


def test_a_breaker_that_opens_is_told_and_reset_by_an_administrator(client_of, davi, celia):
    shaky = breaker("whatsapp.cloud", failures=2)
    for _failure in range(3):
        shaky.record_failure("503")
    notice = Notice.objects.get()
    assert notice.kind == NoticeKind.BREAKER
    assert "whatsapp.cloud" in client_of(davi).get("/channels/").content.decode()
    assert "whatsapp.cloud" not in client_of(celia).get("/channels/").content.decode()
    assert (
        client_of(celia).post("/channels/breakers/reset/", {"name": "whatsapp.cloud"}).status_code
        == 403
    )
    client_of(davi).post("/channels/breakers/reset/", {"name": "whatsapp.cloud"})
    assert shaky.state().state == "closed"
    assert not Notice.objects.open().exists()
    assert AuditEntry.objects.filter(
        actor_id=davi.pk, target_label__contains="whatsapp.cloud"
    ).exists()


@pytest.mark.parametrize("name", ["", "nobody", "x" * 500, "\0"])
def test_a_breaker_that_is_none_is_refused_in_words(client_of, davi, name):
    answer = client_of(davi).post("/channels/breakers/reset/", {"name": name}, follow=True)
    assert "There is no breaker of this name." in answer.content.decode()
