"""What stands around the composer's text: its draft, the later sends, the slots, the preview."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from conversations import composer_slots, schedule_times
from conversations.actions import conversations as actions
from conversations.actions import scheduling
from conversations.models import Attachment, Contact, Draft, Message, Status
from conversations.tests.media.samples import picture
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(ana, celia):
    for person in (ana, celia):
        person.language = "en"
        person.save()
    with translation.override("en"):
        yield


@pytest.fixture
def taken(conversation, ana):
    return actions.take(conversation, by=ana)


def address(conversation, name):
    return reverse(f"conversations:{name}", args=[conversation.pk])


def in_hours(hours):
    return timezone.now() + timedelta(hours=hours)


def as_input(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def scheduled(conversation, by, **more) -> Message:
    facts = {"body": "Passou?", "at": in_hours(2), "client_token": uuid4(), **more}
    return scheduling.schedule_message(conversation, by=by, **facts)


def test_a_draft_is_kept_and_stands_in_the_composer_again(client_of, ana, taken):
    client, there = client_of(ana), address(taken, "draft")
    said = {"body": "Um <instante>", "is_note": "on", "revision": "4"}
    assert client.post(there, said).json()["revision"] == 4
    assert client.get(there).json()["body"] == "Um <instante>"
    page = client.get(address(taken, "conversation")).content.decode()
    assert "Um &lt;instante&gt;</textarea>" in page
    assert "&quot;is_note&quot;: true" in page


def test_a_draft_is_there_after_one_has_logged_out_and_in(client_of, ana, taken):
    client = client_of(ana)
    client.post(address(taken, "draft"), {"body": "Continuo depois", "revision": "1"})
    client.post("/accounts/logout/")
    assert "Continuo depois" in client_of(ana).get(address(taken, "conversation")).text


def test_an_outdated_draft_is_answered_with_the_newer_one(client_of, ana, taken):
    client, there = client_of(ana), address(taken, "draft")
    client.post(there, {"body": "novo", "revision": "9"})
    answer = client.post(there, {"body": "velho", "revision": "3"})
    assert (answer.status_code, answer.json()["body"]) == (409, "novo")


@pytest.mark.parametrize("form", [
    {}, {"revision": "x"}, {"revision": "-1"}, {"revision": str(2**60)},
    {"revision": "1", "body": "x" * 10_001}, {"revision": "1", "canned": "x"},
])  # fmt: skip
def test_a_draft_that_cannot_be_is_refused(client_of, ana, taken, form):
    assert client_of(ana).post(address(taken, "draft"), form).status_code == 422
    assert not Draft.objects.filter(revision__gt=0).exists()


def test_the_form_that_is_sent_empties_its_draft(client_of, ana, taken):
    client = client_of(ana)
    client.post(address(taken, "draft"), {"body": "Oi", "revision": "1"})
    client.post(address(taken, "send"), {"body": "Oi", "revision": "2"}, headers=HTMX)
    assert client.get(address(taken, "draft")).json()["body"] == ""


def test_a_message_is_scheduled_by_a_form_in_the_sites_zone(client_of, ana, taken):
    client, at = client_of(ana), in_hours(3).replace(second=0, microsecond=0)
    form = {"body": "Chegou?", "at": as_input(at), "client_token": uuid4()}
    for _ in range(2):
        assert client.post(address(taken, "schedule"), form, headers=HTMX).status_code == 200
    message = Message.objects.get(body="Chegou?")
    assert (message.status, message.scheduled_for) == (Status.SCHEDULED, at)
    shown = client.get(address(taken, "conversation")).content.decode()
    assert "scheduled-strip" in shown and "Chegou?" in shown


@pytest.mark.parametrize("at", ["", "ontem", "2020-01-01T10:00", "2999-01-01T10:00"])
def test_a_time_that_cannot_be_is_refused_in_words(client_of, ana, taken, at):
    answer = client_of(ana).post(address(taken, "schedule"), {"body": "Oi", "at": at}, headers=HTMX)
    assert answer.status_code == 409 and "toast" in answer.content.decode()


def test_a_time_after_the_window_is_offered_to_nobody(client_of, ana, taken):
    Contact.objects.update(window_expires_at=in_hours(1.5))
    page = client_of(ana).get(address(taken, "schedule"), headers=HTMX).content.decode()
    choices = schedule_times.choices(timezone.now(), lambda at: False)
    assert page.count(" disabled") == len(choices) - 1


def test_offered_times_are_still_to_come_and_rise():
    for hour in range(0, 24, 3):
        now = timezone.localtime().replace(hour=hour, minute=59)
        times = [choice.at for choice in schedule_times.choices(now, lambda at: True)]
        assert len(times) == len(set(times)) and min(times) > now


def test_it_is_put_off_sent_early_and_withdrawn_from_the_pages(client_of, ana, taken):
    client, message = client_of(ana), scheduled(taken, ana)
    form = {"message": message.pk}
    assert client.get(address(taken, "put_off"), form, headers=HTMX).status_code == 200
    later = in_hours(4).replace(second=0, microsecond=0)
    client.post(address(taken, "put_off"), {**form, "at": as_input(later)}, headers=HTMX)
    message.refresh_from_db()
    assert message.scheduled_for == later
    client.post(address(taken, "withdraw"), form, headers=HTMX)
    message.refresh_from_db()
    assert message.status == Status.CANCELLED
    other = scheduled(taken, ana)
    assert client.post(address(taken, "send_scheduled"), {"message": other.pk}).status_code == 302
    other.refresh_from_db()
    assert other.status == Status.QUEUED


def test_closing_says_beforehand_what_it_withdraws(client_of, ana, taken):
    client, there = client_of(ana), address(taken, "close")
    assert "withdrawn" not in client.get(there, headers=HTMX).content.decode()
    scheduled(taken, ana)
    assert "1 scheduled message is withdrawn" in client.get(there, headers=HTMX).content.decode()


def test_a_scheduled_message_of_another_conversation_is_not_there(client_of, ana, bruno, taken):
    message = scheduled(taken, ana)
    assert client_of(bruno).post(
        address(taken, "withdraw"), {"message": message.pk}
    ).status_code == 404  # fmt: skip
    for wrong in (uuid4(), "x", ""):
        answer = client_of(ana).get(address(taken, "put_off"), {"message": wrong})
        assert answer.status_code == 404


def test_the_page_lists_what_one_may_see_and_narrows_it(client_of, ana, bruno, celia, taken):
    scheduled(taken, ana, body="Do Suporte")
    there = reverse("conversations:scheduled")

    def page(person, **wanted):
        return client_of(person).get(there, wanted).content.decode()

    assert "Do Suporte" in page(ana) and "Do Suporte" not in page(bruno)
    assert "Do Suporte" in page(celia, search="zeca")
    for wanted in (
        {"who": "me"},
        {"tab": "failed"},
        {"search": "nada"},
        {"queue": "x", "tab": "left"},
    ):
        assert 'class="empty"' in page(celia, **wanted)


def test_the_page_costs_the_same_with_many(client_of, ana, taken, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, there = client_of(ana), reverse("conversations:scheduled")
    scheduled(taken, ana)
    client.get(there)
    with CaptureQueriesContext(connection) as few:
        client.get(there)
    for _ in range(6):
        scheduled(taken, ana)
    with django_assert_num_queries(len(few)):
        client.get(there)


def test_each_file_has_its_own_caption_and_the_text_goes_with_the_first_that_has_none(
    client_of, ana, taken
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = [SimpleUploadedFile(f"{n}.png", picture("PNG")) for n in range(3)]
    form = {"files": files, "captions": ["Antes", "", "Depois"], "body": "E agora", "revision": "3"}
    assert client_of(ana).post(address(taken, "send_files"), form, headers=HTMX).status_code == 200
    rows = Message.objects.filter(kind="image").in_order()
    assert [message.body for message in rows] == ["Antes", "E agora", "Depois"]
    assert [row.filename for row in Attachment.objects.order_by("message__sort_at")] == [
        "0.png", "1.png", "2.png",
    ]  # fmt: skip
    assert Draft.objects.get().revision == 3


def test_the_preview_of_a_text_is_what_the_thread_will_show(client_of, ana, taken):
    text = "*Oi*\n- um\n- dois\n1. três\n> quatro <i>"
    page = client_of(ana).post(address(taken, "text_preview"), {"body": text}).content.decode()
    assert "<strong>Oi</strong>" in page and "<ul><li>um</li><li>dois</li></ul>" in page
    assert "<ol><li>três</li></ol>" in page and "<blockquote>quatro &lt;i&gt;" in page


class Suggestions:
    """What an upper floor would put there."""

    template = "shared/_toast.html"

    def context(self, conversation, user):
        return (
            {"text": f"{user.first_name}: {conversation.protocol}"}
            if user.role == "agent"
            else None
        )


class Broken:
    template = "shared/_toast.html"

    def context(self, conversation, user):
        raise RuntimeError("the AI is away")


def test_floors_above_fill_slots_in_the_composer_and_a_broken_one_is_left_out(
    client_of, ana, celia, taken
):
    composer_slots.register("broken", Broken())
    composer_slots.register("suggestions", Suggestions())
    try:
        pages = [
            client_of(who).get(address(taken, "conversation"), headers=HTMX).content.decode()
            for who in (ana, celia)
        ]
    finally:
        composer_slots.unregister("broken")
        composer_slots.unregister("suggestions")
    said = f"Ana: {taken.protocol}"
    assert said in pages[0] and said not in pages[1]
    assert 'id="composer-text"' in pages[0]


def test_the_draft_reaches_the_script_as_json(client_of, ana, taken):
    import re
    from html import unescape

    client_of(ana).post(address(taken, "draft"), {"body": 'aspas " e \n fim', "revision": "1"})
    page = client_of(ana).get(address(taken, "conversation"), headers=HTMX).content.decode()
    data = json.loads(unescape(re.search(r'data-draft="([^"]*)"', page)[1]))
    assert data["body"] == 'aspas " e \n fim' and data["revision"] == 1
