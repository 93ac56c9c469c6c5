"""Every row of spec/03, 3.1: from the page's form to WhatsApp over HTTP, and its statuses back."""

import pytest
from django.urls import reverse

from conversations.actions import outbox, reactions
from conversations.models import Message, Status
from conversations.tests.factories import InboundMessageFactory
from conversations.tests.providers import payloads
from helpdesk.testing.webhooks import drain, post, receive

pytestmark = pytest.mark.django_db

BODY = {"body": "Escolha"}
# address, form, and what WhatsApp gets under the name of the type
ROWS = {
    "text": ("send", {"body": "Oi, veja https://exemplo.test"}, {
        "body": "Oi, veja https://exemplo.test", "preview_url": True,
    }),
    "location": ("location", {
        "link": "https://www.google.com/maps/place/X/@-23.1,-46.1,17z/data=!3d-23.5505!4d-46.6333",
        "name": "Loja", "address": "Rua A, 10",
    }, {"latitude": -23.5505, "longitude": -46.6333, "name": "Loja", "address": "Rua A, 10"}),
    "contacts": ("contact", {"name": "Rui Alves", "phone": "11 98888-7777", "organisation": "X"}, [{
        "name": {"formatted_name": "Rui Alves", "first_name": "Rui", "last_name": "Alves"},
        "phones": [{"phone": "+5511988887777", "type": "CELL", "wa_id": "5511988887777"}],
        "org": {"company": "X"},
    }]),
    "button": ("interactive", {
        **BODY, "type": "button", "header": "Visita", "footer": "Ramal", "button_1": "Sim",
        "button_2": "Não",
    }, {
        "type": "button", "header": {"type": "text", "text": "Visita"},
        "body": {"text": "Escolha"}, "footer": {"text": "Ramal"},
        "action": {"buttons": [
            {"type": "reply", "reply": {"id": "1", "title": "Sim"}},
            {"type": "reply", "reply": {"id": "2", "title": "Não"}},
        ]},
    }),
    "list": ("interactive", {
        **BODY, "type": "list", "list_button": "Ver planos",
        "rows": "# Fibra\n500 Mega | R$ 99\n1 Giga\n# Rádio\n20 Mega",
    }, {
        "type": "list", "body": {"text": "Escolha"},
        "action": {"button": "Ver planos", "sections": [
            {"title": "Fibra", "rows": [
                {"id": "2", "title": "500 Mega", "description": "R$ 99"},
                {"id": "3", "title": "1 Giga"},
            ]},
            {"title": "Rádio", "rows": [{"id": "5", "title": "20 Mega"}]},
        ]},
    }),
    "cta_url": ("interactive", {
        **BODY, "type": "cta_url", "display_text": "Segunda via", "url": "https://exemplo.test/2",
    }, {
        "type": "cta_url", "body": {"text": "Escolha"},
        "action": {"name": "cta_url", "parameters": {
            "display_text": "Segunda via", "url": "https://exemplo.test/2",
        }},
    }),
    "location_request": ("interactive", {**BODY, "type": "location_request"}, {
        "type": "location_request_message", "body": {"text": "Escolha"},
        "action": {"name": "send_location"},
    }),
    "contact_request": ("interactive", {**BODY, "type": "contact_request"}, {
        "type": "contact_request", "body": {"text": "Escolha"},
        "action": {"name": "request_contact_info"},
    }),
}  # fmt: skip
SHOWN = {
    "text": ["veja"], "location": ["Loja", "Rua A, 10", "query=-23.5505%2C-46.6333"],
    "contacts": ["Rui Alves", "+55 (11) 98888-7777"], "button": ["Visita", "Escolha", "Sim", "Não"],
    "list": ["Ver planos", "Fibra", "500 Mega", "R$ 99", "20 Mega"],
    "cta_url": ["Segunda via", "https://exemplo.test/2"], "location_request": ["i-map-pin"],
    "contact_request": ["i-id-card"],
}  # fmt: skip


@pytest.fixture
def page(client_of, ana, with_ana):
    """Post to an address of the conversation that Ana holds, or read it."""

    def ask(name, /, **form):
        address = reverse(f"conversations:{name}", args=[with_ana.pk])
        client = client_of(ana)
        headers = {"HX-Request": "true"}
        return client.post(address, form, headers=headers) if form else client.get(address)

    return ask


def shown(page, message) -> str:
    """Return how a message stands in the thread."""
    html = page("conversation").content.decode()
    return html.partition(f'id="m-{message.pk}"')[2].partition('<div class="item"')[0]


@pytest.mark.parametrize("row", ROWS)
def test_what_an_agent_sends_reaches_whatsapp_and_its_statuses_come_back(
    graph, client, channel, page, row
):
    address, form, wire = ROWS[row]
    assert page(address, **form).status_code == 200
    message = Message.objects.latest("created_at")
    assert message.status == Status.QUEUED
    outbox.send_due(channel.pk)
    body = graph.accepted[0]["body"]
    assert body[body["type"]] == wire
    wamid = graph.accepted[0]["wamid"]
    pricing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"}
    receive(
        client, channel,
        statuses=[payloads.status(wamid, "delivered", pricing=pricing),
                  payloads.status(wamid, "read")],
    )  # fmt: skip
    message.refresh_from_db()
    assert message.status == Status.READ and message.pricing == pricing
    html = shown(page, message)
    assert 'data-status="read"' in html
    assert all(part in html for part in SHOWN[row]), html


@pytest.fixture
def asked(with_ana):
    return InboundMessageFactory(conversation=with_ana, body="Deu certo, obrigado")


def test_a_reaction_reaches_whatsapp_and_stands_on_the_customers_message(
    graph, client, channel, page, asked
):
    assert page("react", message=asked.pk, emoji="👍").status_code == 200
    assert '<span class="reaction"' in shown(page, asked)
    outbox.send_due(channel.pk)
    accepted = graph.accepted[0]
    assert accepted["body"]["reaction"] == {"message_id": asked.provider_id, "emoji": "👍"}
    receive(client, channel, statuses=[payloads.status(accepted["wamid"], "sent")])
    reaction = Message.objects.get(kind="reaction")
    assert reaction.status == Status.SENT
    assert " hidden>" in shown(page, reaction).partition('<div class="held"')[0]


def test_an_empty_emoji_takes_the_reaction_away(graph, channel, page, asked):
    for emoji in ("👍", ""):
        page("react", message=asked.pk, emoji=emoji)
        outbox.send_due(channel.pk)
    assert [one["body"]["reaction"]["emoji"] for one in graph.accepted] == ["👍", ""]
    assert '<span class="reaction"' not in shown(page, asked)


def test_a_reaction_that_whatsapp_refuses_goes_back_to_what_it_was(graph, channel, page, asked):
    page("react", message=asked.pk, emoji="👍")
    outbox.send_due(channel.pk)
    graph.script_faults("error=131009")
    page("react", message=asked.pk, emoji="❤️")
    outbox.send_due(channel.pk)
    assert "👍" in shown(page, asked) and "❤️" not in shown(page, asked)
    failed = Message.objects.get(kind="reaction", status=Status.FAILED)
    html = shown(page, failed)
    assert "131009" in html and "❤️" in html and "act-retry" not in html


def test_a_reaction_that_fails_later_is_taken_back_as_well(graph, client, channel, page, asked):
    page("react", message=asked.pk, emoji="👍")
    outbox.send_due(channel.pk)
    failure = payloads.failed(graph.accepted[0]["wamid"], 131009)
    receive(client, channel, statuses=[failure])
    assert '<span class="reaction"' not in shown(page, asked)


def test_a_quote_travels_as_context(graph, channel, page, asked):
    page("send", body="De nada", reply_to=asked.pk)
    outbox.send_due(channel.pk)
    assert graph.accepted[0]["body"]["context"] == {"message_id": asked.provider_id}


def test_131047_closes_the_window_we_believed_open(graph, channel, page, with_ana, contact):
    graph.script_faults("error=131047")
    page("send", body="Oi")
    outbox.send_due(channel.pk)
    with_ana.contact.refresh_from_db()
    assert not with_ana.contact.window_is_open(with_ana.contact.window_expires_at)
    failed = Message.objects.get(body="Oi")
    html = shown(page, failed)
    assert failed.status == Status.FAILED and "(131047)" in html
    assert page("send", body="De novo").status_code == 409


def test_131047_in_a_status_does_so_too_unless_the_customer_has_written_since(
    graph, client, channel, page, with_ana
):
    contact = with_ana.contact
    for writes_again in (False, True):
        receive(client, channel, payloads.text_message("Oi"))
        page("send", body="Oi")
        outbox.send_due(channel.pk)
        failure = payloads.failed(graph.accepted[-1]["wamid"], 131047)
        again = [payloads.text_message("Ainda aqui", timestamp=str(int(payloads.now()) + 2))]
        receive(client, channel, *(again if writes_again else []))
        receive(client, channel, statuses=[failure])
        contact.refresh_from_db()
        assert with_ana.__class__.objects.get().window_is_open() is writes_again


def test_a_reaction_made_on_the_phone_is_ours_and_not_the_customers(client, channel, page, asked):
    body = payloads.echo(payloads.reaction(asked.provider_id, "🙏"))
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = channel.phone_number_id
    assert post(client, channel, body).status_code == 200
    drain()
    own = asked.reactions.get()
    assert (own.reactor, own.emoji) == (reactions.REACTOR, "🙏")
    assert (
        asked.conversation.customer.display_name
        not in shown(page, asked).partition('class="reaction"')[2].partition(">")[0]
    )
