"""Any part of a long thread: before, after and around an item, drawn as in the whole."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations import thread
from conversations.models import ConversationEvent, Message, MessageKind, State, Status
from conversations.tests.factories import InboundMessageFactory, OutboundMessageFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db
LENGTH = 30


@pytest.fixture
def long_thread(conversation):
    """Thirty messages over four days, some at the same moment, with an event among them."""
    first = timezone.now() - timedelta(days=4)
    Message.objects.update(sort_at=first - timedelta(hours=1))
    ConversationEvent.objects.update(occurred_at=first - timedelta(hours=1))
    for number in range(LENGTH):
        factory = OutboundMessageFactory if number % 3 == 0 else InboundMessageFactory
        factory(
            conversation=conversation,
            conversation_state=State.QUEUED,
            body=f"linha {number:02d}.",
            sort_at=first + timedelta(hours=3 * (number // 2)),
        )
    return conversation


def look(item):
    return (item.id, item.key, item.starts, item.opens_day)


def whole(conversation):
    return [look(item) for item in thread.timeline(conversation, limit=500).items]


def test_going_up_and_down_in_stretches_gives_the_whole_thread(long_thread):
    stretch, up = thread.timeline(long_thread, limit=7), []
    while True:
        up = [look(item) for item in stretch.items] + up
        if not stretch.before:
            break
        stretch = thread.timeline(long_thread, before=stretch.before, limit=7)
    stretch, down = thread.timeline_after(long_thread, limit=7), []
    while True:
        down += [look(item) for item in stretch.items]
        if not stretch.after:
            break
        stretch = thread.timeline_after(long_thread, stretch.after, limit=7)
    assert up == down == whole(long_thread)


def test_every_item_opens_with_what_stands_around_it(long_thread):
    all_of_it = whole(long_thread)
    for place, (item_id, *_) in enumerate(all_of_it):
        found = thread.timeline_at(long_thread, item_id, limit=8)
        assert [look(item) for item in found.items] == all_of_it[max(0, place - 4) : place + 5]
        assert (found.before != "") == (place > 4)
        assert (found.after != "") == (place + 5 < len(all_of_it))
        assert found.marked == item_id


def test_a_reaction_that_does_not_show_hides_no_day(long_thread):
    at = timezone.now() - timedelta(minutes=5)
    InboundMessageFactory(conversation=long_thread, sort_at=at, conversation_state=State.QUEUED)
    OutboundMessageFactory(
        conversation=long_thread, kind=MessageKind.REACTION, sort_at=at + timedelta(seconds=1)
    )
    last = InboundMessageFactory(
        conversation=long_thread, sort_at=at + timedelta(seconds=2), conversation_state=State.QUEUED
    )
    cut = thread.timeline(long_thread, limit=1).items[0]
    assert cut.row == last
    assert look(cut) == whole(long_thread)[-1]
    assert not cut.opens_day and not cut.starts


def page(client, conversation, **said):
    address = reverse("conversations:conversation", args=[conversation.pk])
    return client.get(address, said, headers=HTMX).content.decode()


def test_a_page_opens_at_a_message_with_a_way_up_and_a_way_down(client_of, ana, long_thread):
    for number in range(60):
        InboundMessageFactory(conversation=long_thread, body=f"depois {number:02d}.")
    message = Message.objects.get(body="linha 29.")
    html = page(client_of(ana), long_thread, at=str(message.pk))
    assert f'data-at="m-{message.pk}"' in html
    assert "depois 00." in html and "depois 59." not in html
    assert 'data-more="before"' in html and 'data-more="after"' in html


@pytest.mark.parametrize("at", ["x", "m-", "e-1", "01a1f956-cf72-78f4-8a47-fb6dc2d2ce8a", '"><b>'])
def test_a_page_at_nothing_opens_at_its_end(client_of, ana, long_thread, at):
    html = page(client_of(ana), long_thread, at=at)
    assert "linha 29." in html and 'data-at="' not in html


def test_a_message_of_another_conversation_is_not_found_by_at(
    client_of, ana, conversation, foreign
):
    html = page(client_of(ana), conversation, at=str(foreign.messages.get().pk))
    assert "segredo do financeiro" not in html and "Estou sem internet" in html


def test_a_stretch_says_at_which_version_it_was_read(client_of, ana, long_thread):
    address = reverse("conversations:earlier", args=[long_thread.pk])
    html = client_of(ana).get(address, {"first": "1"}).content.decode()
    assert f'data-version="{long_thread.version}"' in html
    assert html.index("Estou sem internet") < html.index("linha 00.")


def test_the_times_of_each_status_unfold_without_a_pointer(client_of, ana, conversation):
    at = timezone.now()
    OutboundMessageFactory(
        conversation=conversation, status=Status.READ, sent_at=at, delivered_at=at, read_at=at
    )
    html = page(client_of(ana), conversation)
    ticks = html.split('<details class="ticks"')[1].split("</details>")[0]
    assert ticks.count("<dt>") == 3 and ticks.count(at.isoformat()) == 3
    assert "Delivered" in ticks and "Read" in ticks
