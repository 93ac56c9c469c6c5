"""Templates between Meta's words and ours, and what WhatsApp asks of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.providers.cloud import template_limits as limits
from conversations.providers.cloud import templates
from conversations.providers.cloud.templates import Button, Content

VISIT = Content(
    header_kind="text",
    header_text="Visita de {{empresa}} marcada",
    body="Oi, {{nome}}! Sua visita está marcada para {{data}}, a partir das {{hora}} horas.",
    footer="Provedor",
    buttons=(
        Button("quick_reply", "Confirmar"),
        Button("url", "Acompanhar", "https://p.test/v/{{1}}", "https://p.test/v/77"),
    ),
    examples={
        "header.empresa": "Fibra",
        "body.nome": "Zeca",
        "body.data": "hoje",
        "body.hora": "15",
    },
)
VALUES = {
    "header.empresa": "Azul", "body.nome": "Ana", "body.data": "20/11", "body.hora": "15",
    "button.1": "abc",
}  # fmt: skip

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
words = st.text(
    st.characters(exclude_characters="{}", exclude_categories=["Cs", "Cc"]), max_size=20
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "format", "buttons", "example", "body_text", "url", "data"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@st.composite
def contents(draw) -> Content:
    """A template with named or numbered variables, as somebody could write it."""
    named = draw(st.booleans())
    found = draw(st.lists(names, max_size=4, unique=True))
    keys = found if named else [str(number + 1) for number in range(len(found))]
    body = "x".join([draw(words), *(f"{{{{{key}}}}}{draw(words)}" for key in keys)])
    buttons = draw(
        st.lists(
            st.one_of(
                st.builds(Button, st.just("quick_reply"), words),
                st.builds(Button, st.just("phone_number"), words, st.just("+5511987654321")),
                st.just(Button("url", "Abrir", "https://p.test/{{1}}", "https://p.test/1")),
            ),
            max_size=4,
        )
    )
    return Content(
        body=body, footer=draw(words), buttons=tuple(buttons),
        examples={f"body.{key}": draw(words) for key in keys},
    )  # fmt: skip


@given(contents())
def test_our_words_become_metas_and_ours_again(content):
    assert templates.content_of(templates.components_of(content)) == content


@given(contents(), st.data())
def test_filled_in_text_holds_each_value_and_no_variable_that_had_one(content, data):
    values = {slot.key: data.draw(words) or "v" for slot in templates.slots(content)}
    body = templates.rendered(content, values)["body"]
    joined = "".join(piece.text for piece in templates.pieces(content.body, "body", values))
    assert body == joined and not templates.variables(body)
    assert all(values[slot.key] in body for slot in templates.slots(content) if "body" in slot.key)


@given(json_values)
def test_anything_a_list_may_hold_is_read_without_raising(value):
    templates.content_of(value)
    templates.parse_page(value)
    templates.parse_page({"data": [value, {"name": "a", "language": "b", "components": value}]})


@given(contents())
def test_checking_never_raises_and_names_a_field(content):
    assert all(problem.field for problem in limits.check("nome", content))


def test_a_value_is_never_read_for_variables():
    content = Content(body="Oi, {{nome}}, tudo {{como}} hoje?")
    values = {"body.nome": "{{como}}", "body.como": "bem"}
    assert templates.rendered(content, values)["body"] == "Oi, {{como}}, tudo bem hoje?"


def test_named_variables_are_sent_with_their_names_and_the_links_end_with_its_place():
    assert templates.parameters(VISIT, VALUES) == [
        {
            "type": "header",
            "parameters": [{"type": "text", "text": "Azul", "parameter_name": "empresa"}],
        },
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "Ana", "parameter_name": "nome"},
                {"type": "text", "text": "20/11", "parameter_name": "data"},
                {"type": "text", "text": "15", "parameter_name": "hora"},
            ],
        },
        {
            "type": "button",
            "sub_type": "url",
            "index": "1",
            "parameters": [{"type": "text", "text": "abc"}],
        },
    ]


def test_numbered_variables_are_sent_in_the_order_of_their_numbers():
    content = Content(body="De {{2}} para {{1}} agora")
    [body] = templates.parameters(content, {"body.1": "um", "body.2": "dois"})
    assert [parameter["text"] for parameter in body["parameters"]] == ["um", "dois"]


def test_a_picture_above_the_text_is_sent_by_its_address_and_a_code_as_such():
    content = Content(
        body="Oi", header_kind="image", buttons=(Button("copy_code", "Copiar", "", "X1"),)
    )
    header, button = templates.parameters(
        content, {"header.media": "https://p.test/a.jpg", "button.0": "Y2"}
    )
    assert header["parameters"] == [{"type": "image", "image": {"link": "https://p.test/a.jpg"}}]
    assert button["parameters"] == [{"type": "coupon_code", "coupon_code": "Y2"}]


def test_a_template_that_keeps_the_contract_has_no_problem():
    assert limits.check("visita_marcada", VISIT) == []
    assert limits.check_values(VISIT, VALUES) == []


def bent(**changes) -> Content:
    from dataclasses import replace

    return replace(VISIT, **changes)


REPLIES = tuple(Button("quick_reply", f"r{number}") for number in range(11))
SITE = Button("url", "Abrir", "https://p.test/")


@pytest.mark.parametrize(
    ("where", "content"),
    [
        ("header_text", bent(header_text="")),
        ("header_text", bent(header_text="x" * 61)),
        ("header_text", bent(header_text="duas\nlinhas")),
        ("header_text", bent(header_text="{{a}} e {{b}}")),
        ("header_text", bent(header_kind="image", header_text="")),
        ("body", bent(body="")),
        ("body", bent(body="x" * 1025)),
        ("body", bent(body="{{nome}}, sua visita está marcada para hoje")),
        ("body", bent(body="Sua visita está marcada para {{data}}")),
        ("body", bent(body="Oi, {{nome}} {{data}}, sua visita está marcada")),
        ("body", bent(body="Oi {{a}} b {{c}} d")),
        ("body", bent(body="Oi, {{nome}, sua visita está marcada")),
        ("body", bent(body="Oi, {{Nome}}, sua visita está marcada hoje")),
        ("body", bent(body="De {{1}} até {{3}} são tantos dias de uso", header_kind="")),
        ("footer", bent(footer="x" * 61)),
        ("footer", bent(footer="de {{nome}} aqui")),
        ("buttons", bent(buttons=REPLIES)),
        ("buttons", bent(buttons=(SITE, REPLIES[0], SITE))),
        ("buttons", bent(buttons=(REPLIES[0], REPLIES[0]))),
        ("button.0", bent(buttons=(Button("quick_reply", ""),))),
        ("button.0", bent(buttons=(Button("quick_reply", "x" * 26),))),
        ("button.0", bent(buttons=(Button("url", "Abrir", "p.test"),))),
        ("button.0", bent(buttons=(Button("url", "Abrir", "https://p.test/{{1}}/x"),))),
        ("button.0", bent(buttons=(Button("phone_number", "Ligar", "muito"),))),
        ("example.body.nome", bent(examples={})),
    ],
)
def test_what_whatsapp_would_refuse_is_said_at_its_field(where, content):
    assert where in [problem.field for problem in limits.check("nome", content)]


@pytest.mark.parametrize("name", ["", "Visita", "visita marcada", "visíta", "x" * 513])
def test_a_name_has_small_letters_digits_and_underscores(name):
    assert [problem.field for problem in limits.check(name, VISIT)] == ["name"]


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "a\tb", "a     b"])
def test_a_value_is_there_on_one_line_and_without_wide_gaps(value):
    [problem] = limits.check_values(VISIT, VALUES | {"body.nome": value})
    assert problem.field == "body.nome"


def test_a_text_that_grows_too_long_is_refused_before_it_is_sent():
    [problem] = limits.check_values(VISIT, VALUES | {"body.nome": "x" * 1000})
    assert problem.field == "body"


def test_a_page_names_the_next_one_until_the_last():
    row = {"id": 7, "name": "a", "language": "pt_BR", "rejected_reason": "NONE"}
    page = {"data": [row], "paging": {"cursors": {"after": "Z"}, "next": "https://x"}}
    [record], after = templates.parse_page(page)
    assert (record.provider_id, record.rejected_reason, after) == ("7", "", "Z")
    assert templates.parse_page({"data": [row], "paging": {"cursors": {"after": "Z"}}})[1] == ""
