import pytest

from conversations.imports import words
from conversations.imports.values import judge
from conversations.models import AttributeDefinition


def said(**cells):
    return judge(cells, {})


@pytest.mark.parametrize(
    "written",
    [
        "(11) 98765-4321",
        "11987654321",
        "011 98765 4321",
        "+55 11 98765-4321",
        "5511987654321",
        "1187654321",
    ],
)
def test_a_phone_is_understood_however_it_is_written(written):
    assert said(phone=written).values == {"phone": "+5511987654321"}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"phone": "90000-02"}, "short_phone"),
        ({"phone": "119876543210099"}, "bad_phone"),
        ({"phone": "11987654321", "document": "529.982.247-24"}, "bad_document"),
        ({"phone": "11987654321", "email": "zeca"}, "bad_email"),
        ({"phone": "11987654321", "due_day": "32"}, "bad_day"),
        ({"phone": "11987654321", "marketing": "talvez"}, "bad_yes_no"),
        ({"phone": "11987654321", "contract": "1" * 41}, "too_long"),
        ({"name": "Zeca"}, "no_key"),
    ],
)
def test_what_is_wrong_keeps_a_line_out_and_is_said(cells, code):
    line = said(**cells)
    assert [trouble[0] for trouble in line.errors] == [code]
    assert words.sentence(line.errors[0])


def test_a_landline_comes_in_with_a_warning():
    line = said(phone="1133334444")
    assert not line.errors and line.warnings == [["landline", ""]]


def test_zeros_that_a_spreadsheet_took_are_put_back():
    assert said(document="191000019").errors == [["bad_document", ""]]
    assert said(document="01234567890").values == {"document": "01234567890"}
    assert said(document="1234567890").values == {"document": "01234567890"}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1.234,5", 1234.5),
        ("number", "abc", None),
        ("date", "20/11/2026", "2026-11-20"),
        ("date", "31/02/2026", None),
        ("boolean", "Sim", True),
        ("choice", "fibra", "Fibra"),
        ("choice", "rádio", None),
        ("text", "livre", "livre"),
    ],
)
def test_attributes_are_checked_by_their_type(kind, text, value):
    own = AttributeDefinition(key="x", name="X", kind=kind, choices=["Fibra"])
    line = judge({"phone": "11987654321", "attribute:x": text}, {"x": own})
    if value is None:
        assert line.errors == [["bad_attribute", "X"]]
    else:
        assert line.values["attribute:x"] == value
