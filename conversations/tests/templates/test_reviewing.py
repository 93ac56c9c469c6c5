"""The simulated WhatsApp: its endpoints for templates, and the page of its reviewers."""

import pytest
import requests
from django.urls import reverse

from conversations.models import SimulatorTemplate, Template
from conversations.providers.cloud.templates import components_of
from conversations.tests.templates.conftest import VISIT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def graph(simulator, settings):
    """Calls a Graph endpoint over HTTP and returns its JSON: `graph("POST", body)`."""

    def call(method="POST", body=None, edge="message_templates", object_id=None, **params):
        path = "/".join(filter(None, [object_id or simulator.waba.waba_id, edge]))
        headers = {"Authorization": f"Bearer {simulator.access_token}"}
        url = f"{settings.BASE_URL}/simulator/graph/v25.0/{path}"
        return requests.request(
            method, url, json=body, params=params, headers=headers, timeout=10
        ).json()

    return call


def new(body="Oi, {{1}}, sua visita está marcada.", example=("Zeca",), extra=(), **fields) -> dict:
    part = {"type": "BODY", "text": body}
    if example:
        part["example"] = {"body_text": [list(example)]}
    base = {"name": "visita", "language": "pt_BR", "category": "UTILITY"}
    return {**base, "components": [part, *extra], **fields}


def header(text, **more) -> dict:
    return {"type": "HEADER", "format": "TEXT", "text": text, **more}


REPLY = {"type": "QUICK_REPLY", "text": "Sim"}
SITE = {"type": "URL", "text": "Abrir", "url": "https://p.test/"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (new(), None),
        (new(name="Visita"), 100),
        (new(category="OTHER"), 100),
        (new(components=[]), 131009),
        (new(body="x" * 1025, example=()), 2388040),
        (new(body="{{1}}, sua visita está marcada"), 2388299),
        (new(body="Sua visita está marcada para {{1}}"), 2388299),
        (new(body="a {{1}} b", example=("x",)), 2388293),
        (new(body="Oi, {{1}} {{2}}, sua visita está marcada", example=("a", "b")), 2388072),
        (new(example=()), 2388072),
        (new(extra=[header("de {{1}} e {{2}} aqui", example={"header_text": ["a"]})]), 2388047),
        (new(extra=[{"type": "HEADER", "format": "IMAGE"}]), 2388047),
        (new(extra=[{"type": "FOOTER", "text": "de {{1}}"}]), 2388073),
        (new(extra=[{"type": "BUTTONS", "buttons": [SITE] * 3}]), 100),
        (new(extra=[{"type": "BUTTONS", "buttons": [REPLY, SITE, REPLY]}]), 100),
        ([], 100),
    ],
)
def test_a_template_is_taken_in_or_refused_in_metas_codes(graph, body, code):
    answer = graph(body=body)
    assert answer.get("error", {}).get("code") == code
    assert SimulatorTemplate.objects.exists() == (code is None)


def test_one_template_tells_its_status_and_is_deleted_by_name(graph, simulator):
    made = graph(body=new())
    assert (made["status"], made["category"]) == ("PENDING", "UTILITY")
    told = graph("GET", edge="", object_id=made["id"], fields="status,quality_score")
    assert told == {"id": made["id"], "status": "PENDING", "quality_score": {"score": "UNKNOWN"}}
    assert graph("DELETE", name="visita") == {"success": True}
    assert graph("DELETE", name="visita")["error"]["code"] == 100


def test_what_is_in_review_cannot_be_edited(graph):
    made = graph(body=new())
    answer = graph(body={"components": components_of(VISIT)}, edge="", object_id=made["id"])
    assert answer["error"]["code"] == 2388039


def test_a_reviewer_pauses_at_a_click_and_we_hear_of_it(client_of, ana, approved, announce):
    client = client_of(ana)
    assert b"visita_marcada" in client.get(reverse("simulator:approval")).content
    held = SimulatorTemplate.objects.get()
    address = reverse("simulator:decide", args=[held.pk])
    assert client.post(address, {"decision": "pause"}, follow=True).status_code == 200
    announce()
    assert Template.objects.get().status == "PAUSED"
    assert client.post(address, {"decision": "forget"}).status_code == 404


def test_viewers_do_not_review(client_of, vera, approved):
    assert client_of(vera).get(reverse("simulator:approval")).status_code == 403
