import pytest

from conversations.providers.simulator.errors import GraphError
from conversations.providers.simulator.validate import check_message, check_read_receipt
from conversations.tests.simulator.bodies import buttons, message, rows

VALID = [
    message(),
    message("text", {"body": "a" * 4096, "preview_url": True}),
    message(context={"message_id": "wamid.x"}, biz_opaque_callback_data="0192"),
    message("image", {"id": "1", "caption": "c" * 1024}),
    message("document", {"link": "https://exemplo.test/a.pdf", "filename": "a.pdf"}),
    message("audio", {"id": "1", "voice": True}),
    message("sticker", {"id": "1"}),
    message("location", {"latitude": -23.5, "longitude": -46.6, "name": "Loja"}),
    message("contacts", [{"name": {"formatted_name": "Ana Souza", "first_name": "Ana"}}]),
    message("reaction", {"message_id": "wamid.x", "emoji": ""}),
    message("template", {"name": "aviso_1", "language": {"code": "pt_BR"}}),
    buttons("Um", "Dois", "Três"),
    rows(5, 5),
    {
        "messaging_product": "whatsapp",
        "recipient": "BR.123",
        "type": "text",
        "text": {"body": "oi"},
    },
]


@pytest.mark.parametrize("body", VALID)
def test_a_body_of_the_contract_is_accepted(body):
    assert check_message(body) == body["type"]


INVALID = [
    ("no object", [], 100),
    ("not for whatsapp", {**message(), "messaging_product": "sms"}, 100),
    ("unknown type", message("fax", {}), 100),
    ("unknown key", message(urgent=True), 100),
    ("no recipient", {**message(), "to": None}, 131008),
    ("no phone number", message(to="Zeca"), 131009),
    ("text too long", message("text", {"body": "a" * 4097}), 100),
    ("blank text", message("text", {"body": "  "}), 131009),
    ("no text", message("text", {}), 131008),
    ("a number as text", message("text", {"body": 7}), 100),
    ("caption on audio", message("audio", {"id": "1", "caption": "x"}), 100),
    ("media without id and link", message("image", {"caption": "x"}), 131009),
    ("media with id and link", message("image", {"id": "1", "link": "https://x.test"}), 131009),
    ("latitude off the earth", message("location", {"latitude": 91, "longitude": 0}), 131009),
    (
        "a quote with a reaction",
        message("reaction", {"message_id": "w", "emoji": "x"}, context={}),
        100,
    ),
    (
        "a card without a second name",
        message("contacts", [{"name": {"formatted_name": "A"}}]),
        131009,
    ),
    ("four buttons", buttons("1", "2", "3", "4"), 131009),
    ("no buttons", buttons(), 131009),
    ("two buttons of one title", buttons("Sim", "Sim"), 131009),
    ("a long button", buttons("a" * 21), 100),
    ("eleven rows in two sections", rows(6, 5), 131009),
    (
        "template name with capitals",
        message("template", {"name": "A", "language": {"code": "en"}}),
        131009,
    ),
    ("template without language", message("template", {"name": "a"}), 131008),
    ("callback too long", message(biz_opaque_callback_data="a" * 513), 100),
]


@pytest.mark.parametrize(
    ("body", "code"), [row[1:] for row in INVALID], ids=[row[0] for row in INVALID]
)
def test_a_body_outside_the_contract_is_refused_with_metas_code(body, code):
    with pytest.raises(GraphError) as refused:
        check_message(body)
    assert refused.value.code == code


def test_two_rows_of_one_id_are_refused():
    body = rows(2)
    body["interactive"]["action"]["sections"][0]["rows"][1]["id"] = "0-0"
    with pytest.raises(GraphError, match="unique"):
        check_message(body)


def test_a_line_break_in_a_template_parameter_is_refused():
    parameters = [{"type": "text", "text": "a\nb"}]
    components = [{"type": "body", "parameters": parameters}]
    part = {"name": "a", "language": {"code": "pt_BR"}, "components": components}
    with pytest.raises(GraphError) as refused:
        check_message(message("template", part))
    assert refused.value.code == 132012


def test_a_read_receipt_may_carry_a_typing_indicator():
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}
    assert check_read_receipt({**body, "typing_indicator": {"type": "text"}}) == "wamid.x"


def test_another_status_than_read_is_refused():
    body = {"messaging_product": "whatsapp", "status": "delivered", "message_id": "wamid.x"}
    with pytest.raises(GraphError):
        check_read_receipt(body)


def test_an_error_object_has_metas_fields():
    error = GraphError(130429, "too fast").body()["error"]
    assert error["message"] == "(#130429) Rate limit hit"
    assert error["code"] == 130429
    assert error["error_data"] == {"messaging_product": "whatsapp", "details": "too fast"}
    assert error["fbtrace_id"]
