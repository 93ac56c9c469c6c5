from uuid import uuid4

import pytest
from django.urls import reverse

from conversations.actions import conversations as actions
from conversations.models import CannedResponse, Message, Status
from conversations.tests.factories import InboundMessageFactory, OutboundMessageFactory
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(conversation, ana):
    return actions.take(conversation, by=ana)


def write(client, conversation, name="send", **data):
    address = reverse(f"conversations:{name}", args=[conversation.pk])
    return client.post(address, data, headers=HTMX)


def test_a_message_waits_to_be_sent_and_is_shown_at_once(client_of, ana, taken):
    html = write(client_of(ana), taken, body="Bom dia", since=taken.version).content.decode()
    message = Message.objects.get(body="Bom dia")
    assert message.status == Status.QUEUED and message.author == ana
    assert f'id="m-{message.pk}"' in html


def test_the_same_form_sent_twice_sends_once(client_of, ana, taken):
    token = str(uuid4())
    for _ in range(2):
        assert write(client_of(ana), taken, body="Bom dia", client_token=token).status_code == 200
    assert Message.objects.filter(body="Bom dia").count() == 1


def test_a_form_without_a_token_gets_one(client_of, ana, taken):
    write(client_of(ana), taken, body="Bom dia")
    assert Message.objects.get(body="Bom dia").client_token


def test_who_does_not_hold_it_is_told_to_take_it(client_of, ana, conversation):
    answer = write(client_of(ana), conversation, body="Bom dia")
    assert answer.status_code == 409 and 'class="toast"' in answer.content.decode()
    assert not Message.objects.filter(body="Bom dia").exists()


def test_a_reply_quotes_the_message(client_of, ana, taken):
    asked = taken.messages.get(body="Estou sem internet")
    html = write(client_of(ana), taken, body="Vejo já", reply_to=asked.pk).content.decode()
    assert f'href="#m-{asked.pk}"' in html


def test_a_message_of_another_conversation_is_not_quoted(client_of, ana, taken):
    foreign = InboundMessageFactory()
    write(client_of(ana), taken, body="Vejo já", reply_to=foreign.pk)
    assert Message.objects.get(body="Vejo já").reply_to is None


def test_a_note_is_for_the_team_only(client_of, ana, conversation):
    html = write(client_of(ana), conversation, "note", body="Cliente antigo").content.decode()
    note = Message.objects.get(body="Cliente antigo")
    assert note.is_note and note.status == Status.RECEIVED
    assert 'data-from="note"' in html


@pytest.mark.parametrize("name", ["send", "note"])
def test_nothing_written_is_nothing_sent(client_of, ana, taken, name):
    assert write(client_of(ana), taken, name, body="  ").status_code == 409


def test_a_failed_message_says_why_and_is_sent_again(client_of, ana, taken):
    failed = OutboundMessageFactory(
        conversation=taken,
        author=ana,
        status=Status.FAILED,
        error_code=131026,
        error_text="sem WhatsApp",
    )
    address = reverse("conversations:conversation", args=[taken.pk])
    page = client_of(ana).get(address).content.decode()
    assert 'title="sem WhatsApp"' in page
    assert "The customer cannot be reached" in page and "(131026)" in page
    assert write(client_of(ana), taken, "retry", message=failed.pk).status_code == 200
    failed.refresh_from_db()
    assert failed.status == Status.QUEUED


def test_a_message_of_another_conversation_is_not_sent_again(client_of, ana, taken):
    foreign = OutboundMessageFactory(status=Status.FAILED)
    assert write(client_of(ana), taken, "retry", message=foreign.pk).status_code == 404


def test_retrying_without_naming_a_message_is_refused(client_of, ana, taken):
    assert write(client_of(ana), taken, "retry").status_code == 409


def test_canned_responses_come_filled_in_for_the_conversation(client_of, ana, conversation):
    CannedResponse.objects.create(
        shortcut="oi", body="Oi, {{customer.first_name}}! Protocolo {{ protocol }}. {{nada}}"
    )
    address = reverse("conversations:canned_responses", args=[conversation.pk])
    html = client_of(ana).get(address).content.decode()
    assert f"Oi, Zeca! Protocolo {conversation.protocol}. {{{{nada}}}}" in html


def test_canned_responses_of_foreign_queues_and_people_stay_there(
    client_of, ana, bruno, conversation, finance
):
    CannedResponse.objects.create(shortcut="pix", body="Chave", queue=finance)
    CannedResponse.objects.create(shortcut="meu", body="Segredo", owner=bruno)
    address = reverse("conversations:canned_responses", args=[conversation.pk])
    html = client_of(ana).get(address).content.decode()
    assert "/pix" not in html and "/meu" not in html
