"""Bodies as in spec/03, 3.1, and each of its limits."""

import pytest

from conversations.providers.base import InvalidPayload, OutboundMessage
from conversations.providers.cloud.send import check, mark_read_body, request_body

ZECA = "5511987654321"
FEW = [{"id": "1", "title": "Sim"}, {"id": "2", "title": "Não"}]
ROWS = [
    {"id": "1", "title": "Boleto", "description": "Segunda via"},
    {"id": "2", "title": "Suporte"},
]


def message(kind="text", body="", to=ZECA, **more):
    return OutboundMessage(to=to, kind=kind, body=body, **more)


def interactive(type_name, body="Escolha", **payload):
    return message("interactive", body, payload={"type": type_name} | payload)


def listing(rows=None, sections=None, **more):
    sections = [{"title": "Setores", "rows": rows or ROWS}] if sections is None else sections
    return interactive("list", **{"button": "Ver", "sections": sections} | more)


def wire(what):
    """The part of a body that depends on the kind."""
    body = request_body(what)
    return body[body["type"]]


def test_a_text_has_all_that_a_request_needs():
    assert request_body(message(body="Olá", attempt_id="a", reply_to_provider_id="wamid.q")) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+5511987654321",
        "type": "text",
        "text": {"body": "Olá"},
        "context": {"message_id": "wamid.q"},
        "biz_opaque_callback_data": "a",
    }


def test_a_plain_text_has_neither_context_nor_callback_data():
    assert not {"context", "biz_opaque_callback_data"} & request_body(message(body="Olá")).keys()


@pytest.mark.parametrize("to", ["551187654321", "+551187654321"])
def test_digits_stay_as_received_and_always_carry_the_plus(to):
    assert request_body(message(body="x", to=to))["to"] == "+551187654321"


def test_a_business_scoped_id_is_a_recipient_and_no_number():
    body = request_body(message(body="x", to="BR.1", to_is_bsuid=True))
    assert body["recipient"] == "BR.1"
    assert "to" not in body


@pytest.mark.parametrize(("text", "preview"), [("veja https://a.br", True), ("a.br", None)])
def test_a_link_gets_a_preview(text, preview):
    assert wire(message(body=text)).get("preview_url") is preview


def test_buttons():
    assert wire(interactive("button", buttons=FEW, header="H", footer="F")) == {
        "type": "button",
        "header": {"type": "text", "text": "H"},
        "body": {"text": "Escolha"},
        "footer": {"text": "F"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "1", "title": "Sim"}},
                {"type": "reply", "reply": {"id": "2", "title": "Não"}},
            ]
        },
    }


def test_a_list():
    assert wire(listing()) == {
        "type": "list",
        "body": {"text": "Escolha"},
        "action": {"button": "Ver", "sections": [{"title": "Setores", "rows": ROWS}]},
    }


def test_a_link_button():
    sent = wire(interactive("cta_url", display_text="Pagar", url="https://a.br/x"))
    parameters = {"display_text": "Pagar", "url": "https://a.br/x"}
    assert sent["action"] == {"name": "cta_url", "parameters": parameters}


@pytest.mark.parametrize(
    ("type_name", "on_the_wire", "action"),
    [("location_request", "location_request_message", "send_location"),
     ("contact_request", "contact_request", "request_contact_info")],
)  # fmt: skip
def test_a_request_for_something(type_name, on_the_wire, action):
    sent = wire(interactive(type_name))
    assert (sent["type"], sent["action"]) == (on_the_wire, {"name": action})


@pytest.mark.parametrize("emoji", ["👍", ""])
def test_a_reaction_has_no_context(emoji):
    payload = {"message_id": "wamid.1", "emoji": emoji}
    body = request_body(message("reaction", payload=payload, reply_to_provider_id="wamid.1"))
    assert body["reaction"] == payload
    assert "context" not in body


def test_a_template():
    components = [{"type": "body", "parameters": [{"type": "text", "text": "Zeca"}]}]
    payload = {"name": "fatura", "language": "pt_BR", "components": components}
    assert wire(message("template", payload=payload)) == {
        "name": "fatura",
        "language": {"code": "pt_BR"},
        "components": components,
    }


def test_a_location():
    place = {"latitude": -23.5, "longitude": -46.6, "name": "Loja"}
    assert wire(message("location", payload=place)) == place


def test_contacts():
    cards = [{"name": {"formatted_name": "Maria Souza", "first_name": "Maria"}}]
    assert wire(message("contacts", payload={"contacts": cards})) == cards


@pytest.mark.parametrize(
    ("kind", "body", "payload", "sent"),
    [
        ("image", "Olhe", {"media_id": "7"}, {"id": "7", "caption": "Olhe"}),
        ("video", "", {"link": "https://a.br/v"}, {"link": "https://a.br/v"}),
        ("document", "", {"media_id": "7", "filename": "c.pdf"}, {"id": "7", "filename": "c.pdf"}),
        ("audio", "", {"media_id": "7", "voice": True}, {"id": "7", "voice": True}),
        ("sticker", "", {"media_id": "7"}, {"id": "7"}),
    ],
)
def test_media_by_id_or_link(kind, body, payload, sent):
    assert wire(message(kind, body, payload=payload)) == sent


def test_reading_and_typing():
    assert mark_read_body("wamid.1") == {
        "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1",
    }  # fmt: skip
    assert mark_read_body("wamid.1", typing=True)["typing_indicator"] == {"type": "text"}


def rows(count):
    return [{"id": str(n), "title": f"Linha {n}"} for n in range(count)]


CARD = {"name": {"formatted_name": "A", "first_name": "A"}}
BREAKS = [
    (message(body=""), "missing"),
    (message(body="  "), "missing"),
    (message(body="x" * 4097), "4096"),
    (message(body="x", to="12"), "telephone"),
    (message(body="x", to="BR.1"), "telephone"),
    (message(body="x", to="", to_is_bsuid=True), "no id"),
    (message("image", "x" * 1025, payload={"media_id": "1"}), "1024"),
    (message("image"), "no file"),
    (message("audio", "x", payload={"media_id": "1"}), "caption"),
    (message("sticker"), "no file"),
    (message("location", payload={"latitude": 91, "longitude": 0}), "coordinates"),
    (message("location", payload={"latitude": "1", "longitude": 0}), "coordinates"),
    (message("contacts", payload={"contacts": []}), "257"),
    (message("contacts", payload={"contacts": [CARD] * 258}), "257"),
    (message("contacts", payload={"contacts": [{"name": {"formatted_name": "A"}}]}), "full name"),
    (message("reaction", payload={"emoji": "x"}), "belongs"),
    (message("template", payload={"name": "x"}), "language"),
    (message("template", payload={"name": "x", "language": "y", "components": [
        {"type": "body", "parameters": [{"type": "text", "text": "a\nb"}]}]}), "line breaks"),
    (message("hologram"), "hologram"),
    (interactive("hologram"), "hologram"),
    (interactive("button", body="x" * 1025, buttons=FEW), "1024"),
    (interactive("button", buttons=FEW, header="x" * 61), "header"),
    (interactive("button", buttons=FEW, footer="x" * 61), "footer"),
    (interactive("button", buttons=FEW, footer=7), "must be text"),
    (interactive("button", buttons=[]), "1 to 3"),
    (interactive("button", buttons=["a", "b"]), "1 to 3"),
    (interactive("button", buttons=rows(4)), "1 to 3"),
    (interactive("button", buttons=[FEW[0], FEW[0]]), "same title"),
    (interactive("button", buttons=[{"id": "1", "title": "x" * 21}]), "20"),
    (interactive("button", buttons=[{"id": "x" * 257, "title": "x"}]), "256"),
    (listing(body="x" * 4097), "4096"),
    (listing(button="x" * 21), "20"),
    (listing(button=""), "missing"),
    (listing(sections=[]), "1 to 10"),
    (listing(sections=[{"title": f"{n}", "rows": rows(1)} for n in range(11)]), "sections"),
    (listing(sections=[{"title": "a", "rows": rows(6)}, {"title": "b", "rows": rows(5)}]), "rows"),
    (listing(sections=[{"title": "a", "rows": ROWS}, {"title": "", "rows": rows(1)}]), "section's title"),
    (listing(sections=[{"title": "a", "rows": ROWS}, {"title": "b"}]), "no rows"),
    (listing(sections=[{"title": "x" * 25, "rows": ROWS}]), "24"),
    (listing([{"id": "1", "title": "x" * 25}]), "24"),
    (listing([{"id": "x" * 201, "title": "x"}]), "200"),
    (listing([{"id": "1", "title": "x", "description": "x" * 73}]), "72"),
    (listing([ROWS[0], ROWS[0]]), "same id"),
    (interactive("cta_url", display_text="x" * 21, url="https://a"), "20"),
    (interactive("cta_url", display_text="x", url="javascript:1"), "http"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "word"), BREAKS)
def test_a_broken_limit_is_told_in_words(broken, word):
    assert [str(problem) for problem in check(broken) if word in str(problem)]
    with pytest.raises(InvalidPayload, match=word):
        request_body(broken)


def test_problems_can_be_told_in_another_language():
    [problem] = check(message(body=""))
    german = {"%(what)s is missing.": "%(what)s fehlt.", "The text": "Der Text"}
    assert problem.in_words(german.get) == "Der Text fehlt."


def test_what_just_fits_is_sent():
    for fits in [
        message(body="x" * 4096),
        interactive("button", buttons=[{"id": str(n), "title": f"{n}" * 20} for n in range(3)]),
        listing(rows(10), body="x" * 4096),
        listing(sections=[{"rows": rows(1)}]),
    ]:
        assert check(fits) == []
