"""The dialogs and buttons beside take, transfer and close: snooze, marks, bot, reopen, undo."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from conversations import snooze_times
from conversations.actions import conversations as actions
from conversations.actions.snoozing import snooze
from conversations.models import ClosingReason, Conversation, ConversationEvent, State, Tag
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(conversation, ana):
    return actions.take(conversation, by=ana)


@pytest.fixture
def desk(client_of, ana):
    return client_of(ana)


def post(client, name, thing, data=None, **headers):
    address = reverse(f"conversations:{name}", args=[thing.pk])
    return client.post(address, data or {}, headers=headers)


def get(client, name, thing, **query):
    return client.get(reverse(f"conversations:{name}", args=[thing.pk]), query, headers=HTMX)


def undo_in(html: str) -> str:
    return re.search(r'action="(/undo/[0-9a-f-]+/)"', html)[1]


def test_snoozing_until_an_offered_time(desk, held):
    html = get(desk, "snooze", held).content.decode()
    offered = re.findall(r'value="(\d{4}-[^"]+)"', html)
    assert len(offered) >= 2
    post(desk, "snooze", held, {"until": offered[-1]}, **HTMX)
    until = timezone.localtime(Conversation.objects.get().snoozed_until)
    assert f"{until:%Y-%m-%dT%H:%M}" == offered[-1]


def test_a_time_of_ones_own_wins_and_the_customer_is_a_choice_too(desk, held):
    own = f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    post(desk, "snooze", held, {"until": "customer", "at": own}, **HTMX)
    assert Conversation.objects.get().snoozed_until is not None
    post(desk, "snooze", held, {"until": "customer"}, **HTMX)
    fresh = Conversation.objects.get()
    assert (fresh.snoozed_until, bool(fresh.snoozed_at)) == (None, True)


@pytest.mark.parametrize("data", [{}, {"until": "never"}, {"at": "2020-01-01T10:00"}, {"at": "x"}])
def test_rubbish_snoozes_nothing(desk, held, data):
    assert post(desk, "snooze", held, data, **HTMX).status_code == 409
    assert Conversation.objects.get().snoozed_at is None


@pytest.mark.parametrize(
    "now, labels",
    [
        ("2026-11-18 09:10", ["10:10", "14:00", "08:00", "08:00"]),  # a Wednesday
        ("2026-11-18 14:30", ["15:30", "17:00", "08:00", "08:00"]),
        ("2026-11-18 16:30", ["17:30", "08:00", "08:00"]),
        ("2026-11-22 20:00", ["21:00", "08:00"]),  # tomorrow is Monday
    ],
)
def test_the_offered_times_are_the_sites(now, labels):
    local = timezone.make_aware(datetime.fromisoformat(now))
    offered = snooze_times.choices(local)
    assert [f"{timezone.localtime(one.at):%H:%M}" for one in offered] == labels
    assert [one.at for one in offered] == sorted(one.at for one in offered)


def test_the_thread_tells_what_was_done(desk, held, ana):
    snooze(held, by=ana)
    post(desk, "priority", held, {"priority": "3"}, **HTMX)
    post(desk, "conversation_tags", held, {"tags": [Tag.objects.create(name="VIP").pk]}, **HTMX)
    post(desk, "unsnooze", held, **HTMX)
    html = get(desk, "conversation", held).content.decode()
    lines = re.findall(r'<p class="event">.*?</p>', html, re.DOTALL)
    assert len(lines) >= 4
    assert any("+ VIP" in line for line in lines)
    assert 'class="badge" data-tone="bad"' in html


def test_tags_of_others_stay_when_mine_are_saved(desk, held):
    mine, theirs, gone = (Tag.objects.create(name=name) for name in ("A", "B", "C"))
    held.tags.add(theirs, gone)
    post(desk, "conversation_tags", held, {"tags": [mine.pk], "had": [gone.pk]}, **HTMX)
    assert set(held.tags.all()) == {mine, theirs}


def test_only_supervisors_make_a_tag_on_the_way(desk, client_of, celia, held):
    assert post(desk, "conversation_tags", held, {"new": "Rompimento"}, **HTMX).status_code == 409
    post(client_of(celia), "conversation_tags", held, {"new": "Rompimento"}, **HTMX)
    assert [tag.name for tag in held.tags.all()] == ["Rompimento"]


def test_undoing_from_the_toast(desk, held):
    html = post(desk, "return", held, **HTMX).content.decode()
    answer = desk.post(undo_in(html), headers=HTMX)
    assert answer.status_code == 200
    assert Conversation.objects.get().assignee == held.assignee
    assert desk.post(undo_in(html), headers=HTMX).status_code == 409


def test_a_transfer_out_of_ones_sight_is_undone_all_the_same(desk, held, finance):
    data = {"target": f"queue:{finance.pk}", "reason": "boleto"}
    html = post(desk, "transfer", held, data, **HTMX).content.decode()
    assert get(desk, "conversation", held).status_code == 404
    desk.post(undo_in(html), headers=HTMX)
    assert get(desk, "conversation", held).status_code == 200


def test_without_htmx_the_button_stands_on_the_next_page(desk, held):
    page = desk.get(post(desk, "return", held).url)
    desk.post(undo_in(page.content.decode()))
    assert Conversation.objects.get().state == State.ACTIVE


def test_nobody_undoes_at_anothers_door(client_of, celia, desk, held):
    html = post(desk, "return", held, **HTMX).content.decode()
    assert client_of(celia).post(undo_in(html)).status_code == 404


def test_after_some_seconds_the_button_says_that_it_is_too_late(desk, held):
    html = post(desk, "return", held, **HTMX).content.decode()
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        assert desk.post(undo_in(html), headers=HTMX).status_code == 409
    assert Conversation.objects.get().state == State.QUEUED


def test_sending_a_message_offers_nothing_to_undo(desk, held):
    html = post(desk, "send", held, {"body": "Oi"}, **HTMX).content.decode()
    assert "/undo/" not in html


def test_closing_asks_for_what_the_reason_requires_and_keeps_it(desk, held):
    reason = ClosingReason.objects.create(
        name="Visita", required_fields=["contract", "due_day", "note"]
    )
    html = get(desk, "close", held, reason=reason.pk).content.decode()
    assert 'name="value:contract"' in html and 'name="value:due_day"' in html
    data = {"reason": reason.pk, "note": "Trocada", "value:contract": "99", "value:due_day": "40"}
    assert post(desk, "close", held, data, **HTMX).status_code == 409
    assert Conversation.objects.get().is_open
    post(desk, "close", held, data | {"value:due_day": "10"}, **HTMX)
    fresh = Conversation.objects.get()
    assert (fresh.is_closed, fresh.customer.contract, fresh.customer.due_day) == (True, "99", 10)


def test_what_is_known_already_is_not_asked_again(desk, held):
    held.customer.contract = "99"
    held.customer.save()
    reason = ClosingReason.objects.create(name="Visita", required_fields=["contract"])
    assert 'name="value:' not in get(desk, "close", held, reason=reason.pk).content.decode()


def test_the_farewell_is_the_reasons_and_can_be_changed(desk, held):
    reason = ClosingReason.objects.create(name="Feito", farewell="Até, {{customer.first_name}}!")
    assert "Até, Zeca!" in get(desk, "close", held, reason=reason.pk).content.decode()
    data = {"reason": reason.pk, "says_goodbye": "on", "farewell": "Tchau, Zeca."}
    post(desk, "close", held, data, **HTMX)
    assert held.messages.get(sender="system").body == "Tchau, Zeca."


def test_outside_the_window_no_farewell_is_offered(desk, held, contact):
    contact.window_expires_at = timezone.now() - timedelta(minutes=1)
    contact.save()
    assert 'name="farewell"' not in get(desk, "close", held).content.decode()


def test_reopening_from_the_page(desk, held, ana):
    actions.close_conversation(held, by=ana)
    assert "data-reopens=" in get(desk, "conversation", held).content.decode()
    post(desk, "reopen", held, **HTMX)
    assert Conversation.objects.get().assignee == ana
    assert post(desk, "reopen", held, **HTMX).status_code == 409


def test_the_transfer_dialog_shows_who_is_free_first(client_of, celia, held, cast):
    for person, availability in ((cast.bruno, "online"), (cast.davi, "offline")):
        person.availability = availability
        person.save()
    html = get(client_of(celia), "transfer", held).content.decode()
    assert html.index("Bruno Lima") < html.index("Davi Rocha")


def test_the_note_of_a_transfer_is_read_by_whoever_receives_it(desk, client_of, held, bruno):
    data = {"target": f"agent:{bruno.pk}", "reason": "boleto", "note": "Já pediu duas vezes"}
    post(desk, "transfer", held, data, **HTMX)
    assert "Já pediu duas vezes" in get(client_of(bruno), "conversation", held).content.decode()


@pytest.mark.parametrize("name", ["snooze", "priority", "conversation_tags", "return_to_bot"])
def test_a_viewer_may_not_and_another_queue_finds_nothing(client_of, vera, bruno, held, name):
    assert post(client_of(vera), name, held).status_code == 403
    assert post(client_of(bruno), name, held).status_code == 404
    assert ConversationEvent.objects.filter(conversation=held).count() == 3
