"""A template is chosen, filled in and sent from a conversation; its window may be closed."""

import json
from uuid import uuid4

import pytest
import requests
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import SiteSetting
from conversations.actions import outbox
from conversations.actions import templates as actions
from conversations.actions.errors import InvalidMessage, Refused
from conversations.models import (
    Consent,
    Contact,
    Message,
    SimulatorMessage,
    SimulatorTemplate,
    Template,
)
from conversations.providers.cloud.templates import Button, Content, components_of

pytestmark = pytest.mark.django_db(transaction=True)

VALUES = {"body.nome": "Zeca", "body.data": "hoje"}


@pytest.fixture
def closed_window(with_zeca):
    Contact.objects.update(window_expires_at=timezone.now() - timezone.timedelta(hours=1))
    with_zeca.refresh_from_db()
    return with_zeca


def form_of(template, token=None, **values) -> dict:
    filled = VALUES | values
    return {
        "template": template.pk,
        "client_token": token or uuid4(),
        **{f"value:{key}": value for key, value in filled.items()},
    }


def address_of(conversation) -> str:
    return reverse("conversations:templates", args=[conversation.pk])


def send(conversation, template, by, values=VALUES, token=None):
    return actions.send_template(
        conversation, by=by, template=template, values=values, client_token=token or uuid4()
    )


def test_in_a_closed_window_a_template_goes_out_and_its_statuses_come_back_with_the_price(
    client_of, ana, closed_window, approved, announce, simulator
):
    answer = client_of(ana).post(address_of(closed_window), form_of(approved))
    assert answer.status_code == 302
    message = Message.objects.get(kind="template")
    assert message.body == "Oi, Zeca! Sua visita está marcada para hoje, de manhã."
    outbox.send_due(simulator.pk)
    announce()
    message.refresh_from_db()
    assert (message.status, message.pricing["category"]) == ("read", "utility")
    [arrived] = SimulatorMessage.objects.all()
    assert [p["text"] for p in arrived.payload["template"]["components"][0]["parameters"]] == [
        "Zeca",
        "hoje",
    ]


def test_the_thread_shows_the_template_as_the_customer_sees_it(
    client_of, ana, closed_window, approved
):
    send(closed_window, approved, ana)
    page = client_of(ana).get(f"/conversations/{closed_window.pk}/").content.decode()
    for shown in ("visita_marcada", "Sua visita está marcada para hoje", "Provedor", "Remarcar"):
        assert shown in page


def test_the_dialog_offers_approved_templates_of_this_account_with_price_and_fields(
    client_of, ana, with_zeca, approved
):
    Template.objects.create(waba=approved.waba, name="ainda_em_analise", status="PENDING")
    SiteSetting.objects.create(key="price_utility", value=0.04)
    page = client_of(ana).get(address_of(with_zeca), {"template": approved.pk}).content.decode()
    assert "visita_marcada" in page and "ainda_em_analise" not in page
    assert "R$ 0.04" in page and "such as 20/11" in page
    assert 'data-slot="body.nome"' in page


def test_the_dialog_takes_as_many_queries_for_ten_templates_as_for_one(
    client_of, ana, with_zeca, approved
):
    client, address = client_of(ana), address_of(with_zeca)
    client.get(address)
    counts = []
    for names in ([], [f"t{number}" for number in range(9)]):
        for name in names:
            Template.objects.create(
                waba=approved.waba, name=name, status="APPROVED", components=approved.components
            )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_without_templates_the_dialog_says_what_to_do(client_of, ana, with_zeca):
    assert b"data-template-none" in client_of(ana).get(address_of(with_zeca)).content


def test_the_same_token_sends_once(ana, with_zeca, approved):
    token = uuid4()
    first = send(with_zeca, approved, ana, token=token)
    assert send(with_zeca, approved, ana, token=token) == first
    assert Message.objects.count() == 1


@pytest.mark.parametrize("value", ["", "duas\nlinhas", "x" * 1025])
def test_a_value_that_cannot_be_sent_is_refused_before_anything_is_written(
    client_of, ana, with_zeca, approved, value
):
    with pytest.raises(InvalidMessage):
        send(with_zeca, approved, ana, VALUES | {"body.nome": value})
    answer = client_of(ana).post(
        address_of(with_zeca),
        form_of(approved, **{"body.nome": ""}),
        headers={"HX-Request": "true"},
    )
    assert (answer.status_code, Message.objects.count()) == (409, 0)


def test_only_whoever_holds_the_conversation_sends(celia, with_zeca, approved, client_of, bruno):
    with pytest.raises(Refused, match="Take the conversation"):
        send(with_zeca, approved, celia)
    assert client_of(bruno).get(address_of(with_zeca)).status_code == 404


def test_a_viewer_finds_no_templates_to_send(client_of, vera, with_zeca, approved):
    assert client_of(vera).get(address_of(with_zeca)).status_code == 403


@pytest.mark.parametrize("status", ["PAUSED", "REJECTED", "DELETED", "DRAFT"])
def test_what_is_not_approved_is_not_sent(ana, with_zeca, approved, status):
    Template.objects.update(status=status)
    approved.refresh_from_db()
    with pytest.raises(Refused, match="approved"):
        send(with_zeca, approved, ana)


def test_marketing_goes_to_nobody_who_has_declined_it(ana, with_zeca, approved, zeca):
    Template.objects.update(category="MARKETING")
    approved.refresh_from_db()
    no = {"customer": zeca, "purpose": "marketing", "how": "whatsapp"}
    Consent.objects.create(given=False, occurred_at=timezone.now(), **no)
    with pytest.raises(Refused, match="marketing"):
        send(with_zeca, approved, ana)


@pytest.mark.parametrize("form", [{}, {"template": "x"}, {"template": str(uuid4())}])
def test_nonsense_is_answered_in_words(client_of, ana, with_zeca, form):
    answer = client_of(ana).post(
        address_of(with_zeca), {"client_token": uuid4(), **form}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert client_of(ana).get(address_of(with_zeca), {"template": "x"}).status_code == 200


@pytest.fixture
def post_template(simulator, approved, with_zeca):
    """Post a template message to the Graph endpoint; returns the error's code, or None."""

    def post(components, name="visita_marcada") -> int | None:
        body = {
            "messaging_product": "whatsapp", "to": "+5511987654321", "type": "template",
            "template": {
                "name": name, "language": {"code": "pt_BR"}, "components": components,
            },
        }  # fmt: skip
        from django.conf import settings

        url = f"{settings.BASE_URL}/simulator/graph/v25.0/{simulator.phone_number_id}/messages"
        headers = {"Authorization": f"Bearer {simulator.access_token}"}
        answer = requests.post(url, json=body, headers=headers, timeout=10).json()
        return answer.get("error", {}).get("code")

    return post


def text(value="x", **more) -> dict:
    return {"type": "text", "text": value, **more}


NAMED = [text(parameter_name="nome"), text(parameter_name="data")]


@pytest.mark.parametrize(
    ("status", "parameters", "code"),
    [
        ("APPROVED", NAMED, None),
        ("APPROVED", NAMED[:1], 132000),
        ("APPROVED", [], 132000),
        ("APPROVED", [text(), text()], 132018),
        ("APPROVED", [NAMED[0], {"type": "image", "image": {"link": "https://p.test"}}], 132012),
        ("APPROVED", [NAMED[0], text("a\nb", parameter_name="data")], 132012),
        ("PENDING", NAMED, 132001),
        ("REJECTED", NAMED, 132001),
        ("PAUSED", NAMED, 132015),
        ("DISABLED", NAMED, 132016),
    ],
)
def test_whatsapp_refuses_what_does_not_fit_its_template(post_template, status, parameters, code):
    SimulatorTemplate.objects.update(status=status)
    assert post_template([{"type": "body", "parameters": parameters}]) == code


@pytest.mark.parametrize(
    ("status", "code"), [("PAUSED", 132015), ("DISABLED", 132016), ("REJECTED", 132001)]
)
def test_a_refusal_of_whatsapps_stands_on_the_message(
    ana, with_zeca, approved, simulator, status, code
):
    SimulatorTemplate.objects.update(status=status)
    message = send(with_zeca, approved, ana)
    outbox.send_due(simulator.pk)
    message.refresh_from_db()
    assert message.error_code == code


def test_links_codes_and_numbers_are_sent_in_their_places(ana, with_zeca, approved, simulator):
    content = Content(
        header_kind="text", header_text="Fatura de {{1}}",
        body="Olá {{1}}, sua fatura vence no dia {{2}} deste mês.",
        buttons=(Button("url", "Abrir", "https://p.test/{{1}}", "https://p.test/9"),),
        examples={"header.1": "maio", "body.1": "Zeca", "body.2": "10"},
    )  # fmt: skip
    parts = json.loads(json.dumps(components_of(content)))
    SimulatorTemplate.objects.update(components=parts, parameter_format="POSITIONAL")
    Template.objects.update(components=parts, parameter_format="positional")
    approved.refresh_from_db()
    values = {"header.1": "junho", "body.1": "Zeca", "body.2": "10", "button.0": "abc"}
    message = send(with_zeca, approved, ana, values)
    outbox.send_due(simulator.pk)
    message.refresh_from_db()
    assert (message.status, message.error_text) == ("sent", "")
    assert message.payload["shown"]["buttons"][0]["value"] == "https://p.test/abc"
