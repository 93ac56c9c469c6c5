"""The thread: its order, its pages, and what each kind of message looks like."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conversations import live, thread
from conversations.actions import conversations as actions
from conversations.models import Attachment, Message, MessageKind, Reaction, Status
from conversations.tests.factories import InboundMessageFactory, OutboundMessageFactory

pytestmark = pytest.mark.django_db


def html_of(conversation, since=0):
    return live.render_changes(conversation, since).html


def add(conversation, factory=InboundMessageFactory, **facts):
    conversation.version += 1
    conversation.save()
    return factory(
        **{
            "conversation": conversation,
            "version": conversation.version,
            "conversation_state": conversation.state,
            **facts,
        }
    )


def test_messages_and_events_stand_in_one_order(conversation):
    items = thread.timeline(conversation).items
    assert [item.is_message for item in items] == [False, False, True]
    assert [item.key for item in items] == sorted(item.key for item in items)


def test_a_stretch_knows_where_the_earlier_one_begins(conversation):
    for _ in range(7):
        add(conversation)
    late = thread.timeline(conversation, limit=4)
    early = thread.timeline(conversation, before=late.before, limit=50)
    assert early.before == ""
    whole = [item.id for item in thread.timeline(conversation).items]
    assert [item.id for item in early.items + late.items] == whole


def test_cutting_the_thread_does_not_change_how_an_item_is_drawn(conversation):
    for number in range(6):
        add(conversation, sort_at=timezone.now() + timedelta(minutes=number))
    whole = {item.id: item for item in thread.timeline(conversation).items}
    for item in thread.timeline(conversation, limit=3).items:
        assert (item.starts, item.opens_day) == (whole[item.id].starts, whole[item.id].opens_day)


def test_a_group_ends_with_another_voice_a_pause_or_a_day(conversation):
    at = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=1)
    times = [timedelta(0), timedelta(minutes=1), timedelta(minutes=30), timedelta(days=1)]
    for step in times:
        add(conversation, sort_at=at + step)
    last = thread.timeline(conversation).items[-4:]
    assert [item.starts for item in last] == [True, False, True, True]
    assert [item.opens_day for item in last] == [True, False, False, True]


def test_what_changed_is_found_by_version_and_brings_its_successor(conversation):
    first, second, third = add(conversation), add(conversation), add(conversation)
    since = conversation.version
    conversation.version += 1
    conversation.save()
    Message.objects.filter(pk=first.pk).update(version=conversation.version)
    ids = [item.row.pk for item in thread.changes(conversation, since).items]
    assert ids == [first.pk, second.pk]
    assert third.pk not in ids


def test_nothing_new_is_nothing(conversation):
    add(conversation)
    assert thread.changes(conversation, conversation.version).items == []


def test_a_change_far_above_comes_alone(conversation):
    first = Message.objects.get()
    for _ in range(thread.PAGE + 5):
        add(conversation)
    since = conversation.version
    conversation.version += 1
    conversation.save()
    Message.objects.filter(pk=first.pk).update(version=conversation.version)
    found = thread.changes(conversation, since)
    assert found.items[0].row == first
    assert len(found.items) == 2


def test_too_many_changes_are_a_fresh_start(conversation):
    for _ in range(thread.MANY_CHANGES + 10):
        add(conversation)
    found = thread.changes(conversation, 0)
    assert found.is_whole
    assert len(found.items) == thread.PAGE
    assert "data-whole" in html_of(conversation)


def test_changes_draw_items_exactly_as_the_page_does(conversation, ana):
    add(conversation)
    since = conversation.version
    actions.take(conversation, by=ana)
    for item in thread.changes(conversation, since).items:
        same = next(other for other in thread.timeline(conversation).items if other.id == item.id)
        assert (item.key, item.starts, item.opens_day) == (same.key, same.starts, same.opens_day)


@pytest.mark.parametrize("kind", MessageKind.values)
def test_every_kind_shows_what_it_is_with_time_and_text(conversation, kind):
    message = add(conversation, kind=kind, body="legenda de prova")
    html = html_of(conversation, conversation.version - 1)
    assert f'id="m-{message.pk}"' in html
    assert "legenda de prova" in html
    assert message.sort_at.isoformat() in html


@pytest.mark.parametrize("kind", ["image", "audio", "video", "document", "sticker"])
def test_a_file_that_is_not_here_yet_says_so(conversation, kind):
    message = add(conversation, kind=kind, body="")
    Attachment.objects.create(message=message, filename="nota fiscal.pdf")
    html = html_of(conversation)
    assert "nota fiscal.pdf" in html and 'class="file"' in html
    assert "<img" not in html and "<audio" not in html and "<video" not in html


BUTTONS = {
    "type": "button",
    "header": "Atendimento",
    "footer": "Serra Azul",
    "buttons": [{"id": "1", "title": "Sem sinal"}, {"id": "2", "title": "Segunda via"}],
}
LIST = {
    "type": "list",
    "button": "Opções",
    "sections": [
        {"title": "Pagar", "rows": [{"id": "1", "title": "Boleto", "description": "em PDF"}]}
    ],
}


def ask(conversation, payload):
    return add(
        conversation,
        OutboundMessageFactory,
        kind="interactive",
        sender="bot",
        payload=payload,
        body="Como posso ajudar?",
    )


def test_buttons_are_shown_with_the_one_that_was_chosen(conversation):
    asked = ask(conversation, BUTTONS)
    assert "data-chosen" not in html_of(conversation)
    since = conversation.version
    add(conversation, kind="interactive", body="Segunda via", reply_to=asked)
    html = html_of(conversation, since)
    assert f'id="m-{asked.pk}"' in html, "the question is drawn again with its answer"
    assert html.count("data-chosen") == 1
    assert "Atendimento" in html and "Serra Azul" in html


def test_lists_are_shown_with_sections_and_rows(conversation):
    ask(conversation, LIST)
    html = html_of(conversation)
    assert "Pagar" in html and "Boleto" in html and "em PDF" in html


def test_a_reaction_stands_on_its_message(conversation):
    message = add(conversation)
    Reaction.objects.create(
        message=message, reactor="customer", emoji="👍", reacted_at=timezone.now()
    )
    assert "👍" in html_of(conversation)


def test_a_reaction_taken_back_is_gone(conversation):
    message = add(conversation)
    Reaction.objects.create(
        message=message, reactor="customer", emoji="", reacted_at=timezone.now()
    )
    assert 'class="reaction"' not in html_of(conversation)


@pytest.mark.parametrize(
    ("status", "icon"),
    [
        (Status.QUEUED, "i-clock"),
        (Status.SENDING, "i-clock"),
        (Status.SENT, "i-check"),
        (Status.DELIVERED, "i-check-check"),
        (Status.READ, "i-check-check"),
        (Status.FAILED, "i-circle-alert"),
        (Status.UNKNOWN, "i-circle-help"),
        (Status.CANCELLED, "i-ban"),
    ],
)
def test_ticks_come_from_the_status_alone(conversation, status, icon):
    add(conversation, OutboundMessageFactory, status=status)
    html = html_of(conversation, conversation.version - 1)
    assert f'class="ticks" data-status="{status}"' in html
    assert f"#{icon}" in html


def test_the_times_of_each_status_stand_in_the_title(conversation):
    at = timezone.now()
    add(conversation, OutboundMessageFactory, status=Status.READ, sent_at=at, read_at=at)
    clock = timezone.localtime(at).strftime("%H:%M")
    assert html_of(conversation).split('class="ticks"')[1].count(clock) >= 2


def test_what_the_customer_deleted_is_folded_away(conversation):
    add(conversation, body="senha 1234", revoked_at=timezone.now())
    _, _, folded = html_of(conversation).partition('<details class="retracted"><summary>')
    assert "senha 1234" in folded.partition("</details>")[0]
    assert html_of(conversation).count("senha 1234") == 1


def test_a_quote_of_a_deleted_message_does_not_show_it(conversation):
    gone = add(conversation, body="senha 1234", revoked_at=timezone.now())
    add(conversation, body="oi", reply_to=gone)
    _, _, quote = html_of(conversation).partition('class="quote"')
    assert "Deleted message" in quote and "senha 1234" not in quote


def test_a_transfer_tells_reason_and_note(conversation, ana, finance):
    actions.take(conversation, by=ana)
    actions.transfer(
        conversation, by=ana, queue=finance, reason="boleto", note="<b>fatura</b> enviada"
    )
    html = html_of(conversation)
    assert "boleto" in html and "&lt;b&gt;fatura&lt;/b&gt; enviada" in html
