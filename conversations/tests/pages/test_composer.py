"""The composer's dialogs: what they show, and what is refused in words before anything is sent."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from conversations.actions import conversations as actions
from conversations.models import Contact, Message, Status
from conversations.tests.factories import InboundMessageFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db
BUTTONS = {"type": "button", "body": "Pode ser?", "button_1": "Sim"}
FORMS = {
    "location": {"latitude": "-23.5", "longitude": "-46.6"},
    "contact": {"name": "Rui", "phone": "11 98888-7777"},
    "interactive": BUTTONS,
    "send": {"body": "Oi"},
}


@pytest.fixture(autouse=True)
def english(ana):
    ana.language = "en"
    ana.save()
    with translation.override("en"):
        yield


@pytest.fixture
def taken(conversation, ana):
    return actions.take(conversation, by=ana)


@pytest.fixture
def asked(taken):
    return InboundMessageFactory(conversation=taken, body="Oi")


def address(conversation, name):
    return reverse(f"conversations:{name}", args=[conversation.pk])


def post(client, conversation, name, /, **form):
    return client.post(address(conversation, name), form, headers=HTMX)


@pytest.mark.parametrize("name", ["location", "contact", "interactive", "emoji"])
def test_a_dialog_is_a_page_of_its_own_without_htmx(client_of, ana, taken, name):
    client = client_of(ana)
    whole = client.get(address(taken, name)).content.decode()
    alone = client.get(address(taken, name), headers=HTMX).content.decode()
    assert "<html" in whole and "data-inline" in whole
    assert "<html" not in alone and "data-modal" in alone


def test_the_reaction_dialog_is_about_one_message_of_this_conversation(
    client_of, ana, taken, asked
):
    client = client_of(ana)
    assert (
        'value="👍"' in client.get(address(taken, "react"), {"message": asked.pk}).content.decode()
    )
    for other in (uuid4(), InboundMessageFactory().pk, "x", ""):
        assert client.get(address(taken, "react"), {"message": other}).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_reacts(client_of, bruno, vera, client, taken, asked, method):
    form = {"message": asked.pk, "emoji": "👍"}
    answers = [
        getattr(one, method)(address(taken, "react"), form).status_code
        for one in (client, client_of(bruno), client_of(vera))
    ]
    assert answers == [302, 404, 403]


def test_emojis_are_for_whoever_may_write(client_of, bruno, vera, client, taken):
    asked = [
        one.get(address(taken, "emoji")) for one in (client, client_of(bruno), client_of(vera))
    ]
    assert [answer.status_code for answer in asked] == [302, 404, 403]


@pytest.mark.parametrize("name", FORMS)
def test_outside_the_window_nothing_but_a_template(client_of, ana, taken, name):
    Contact.objects.update(window_expires_at=timezone.now() + timedelta(minutes=1))  # in the margin
    before = Message.objects.count()
    answer = post(client_of(ana), taken, name, **FORMS[name])
    assert answer.status_code == 409 and "template" in answer.content.decode()
    assert Message.objects.count() == before


@pytest.mark.parametrize("name", FORMS)
def test_only_the_holder_sends(client_of, ana, conversation, name):
    assert post(client_of(ana), conversation, name, **FORMS[name]).status_code == 409


@pytest.mark.parametrize("name", FORMS)
def test_a_dialog_sent_twice_sends_once(client_of, ana, taken, name):
    token, before = str(uuid4()), Message.objects.count()
    for _ in range(2):
        answer = post(client_of(ana), taken, name, client_token=token, **FORMS[name])
        assert answer.status_code == 200
    assert Message.objects.count() == before + 1


REFUSED = [
    ("location", {}, "paste a map link"),
    ("location", {"link": "https://maps.app.goo.gl/x"}, "does not say the coordinates"),
    ("location", {"latitude": "91", "longitude": "1"}, "90"),
    ("location", {"latitude": "nan", "longitude": "1"}, "number"),
    ("contact", {}, "Choose a customer"),
    ("contact", {"name": "Rui", "phone": "123"}, "area code"),
    ("contact", {"customer": "x"}, "valid"),
    ("interactive", {**BUTTONS, "button_1": ""}, "from 1 to 3"),
    ("interactive", {**BUTTONS, "button_2": "Sim"}, "the same title"),
    ("interactive", {**BUTTONS, "button_1": "x" * 21}, "21 characters"),
    ("interactive", {**BUTTONS, "body": ""}, "is missing"),
    ("interactive", {"type": "list", "body": "x", "list_button": "y"}, "from 1 to 10"),
    ("interactive", {"type": "cta_url", "body": "x", "display_text": "y", "url": "javascript:1"}, "https"),
    ("interactive", {"type": "poll"}, "valid"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "form", "words"), REFUSED)
def test_what_whatsapp_would_refuse_is_said_before(client_of, ana, taken, name, form, words):
    before = Message.objects.count()
    answer = post(client_of(ana), taken, name, **form)
    assert answer.status_code == 409 and words in answer.content.decode()
    assert Message.objects.count() == before


def test_the_preview_shows_the_message_and_its_problems(client_of, ana, taken):
    client = client_of(ana)
    good = post(client, taken, "interactive_preview", **BUTTONS).content.decode()
    bad = post(client, taken, "interactive_preview", type="list", rows="Um").content.decode()
    assert "Pode ser?" in good and "problems" not in good
    assert "Um" in bad and "is missing" in bad
    assert post(client, taken, "interactive_preview", type="x").status_code == 200
    assert not Message.objects.filter(kind="interactive").exists()


def test_a_card_can_name_a_customer_one_sees_and_no_other(client_of, ana, taken, zeca):
    foreign = InboundMessageFactory().conversation.customer
    answer = post(client_of(ana), taken, "contact", customer=foreign.pk)
    assert answer.status_code == 409
    assert post(client_of(ana), taken, "contact", customer=zeca.pk).status_code == 200
    card = Message.objects.get(kind="contacts").payload["contacts"][0]
    assert card["phones"][0]["phone"] == zeca.phone


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now()}, {"kind": "system"}, {"provider_id": None},
        {"provider_at": timezone.now() - timedelta(days=31)}, {"status": Status.SENT},
    ],
)  # fmt: skip
def test_what_cannot_have_a_reaction_says_so(client_of, ana, taken, asked, change):
    Message.objects.filter(pk=asked.pk).update(**change)
    assert post(client_of(ana), taken, "react", message=asked.pk, emoji="👍").status_code == 409
    assert not asked.reactions.exists()


@pytest.mark.parametrize("emoji", ["ok", "a b", "👍" * 65, "1"])
def test_a_reaction_is_an_emoji(client_of, ana, taken, asked, emoji):
    assert post(client_of(ana), taken, "react", message=asked.pk, emoji=emoji).status_code == 409


def test_the_same_reaction_twice_is_sent_once(client_of, ana, taken, asked):
    for _ in range(2):
        assert post(client_of(ana), taken, "react", message=asked.pk, emoji="👍").status_code == 200
    assert Message.objects.filter(kind="reaction").count() == 1


@pytest.mark.parametrize(("hours", "is_hidden"), [(3, False), (5, True)])
def test_a_row_counts_the_window_down_in_its_last_hours(client_of, ana, taken, hours, is_hidden):
    Contact.objects.update(window_expires_at=timezone.now() + timedelta(hours=hours, minutes=3))
    html = client_of(ana).get(reverse("conversations:inbox")).content.decode()
    hint = html.partition("data-closes")[2].partition(">")[0]
    assert hint and hint.endswith(" hidden") is is_hidden


def test_ticks_tell_when_each_step_was_reached(client_of, ana, taken):
    post(client_of(ana), taken, "send", body="Oi")
    at = timezone.now()
    Message.objects.filter(body="Oi").update(
        status=Status.PLAYED, sent_at=at, delivered_at=at, read_at=at, played_at=at
    )
    html = client_of(ana).get(address(taken, "conversation")).content.decode()
    ticks = html.partition('class="ticks" data-status="played"')[2].partition("</details>")[0]
    assert re.findall(r"<dt>(\w+)</dt>", ticks) == ["Sent", "Delivered", "Read", "Played"]
