import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.imports import reading
from conversations.imports.columns import guess_columns


def lines_of(content: bytes) -> list:
    return list(reading.read_table(content).lines)


def xlsx(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_csv_is_read_with_any_common_separator(delimiter):
    content = delimiter.join(["Nome", "Cel"]) + "\n" + delimiter.join(["Zé", "11 98765-4321"])
    assert lines_of(content.encode()) == [(2, ["Zé", "11 98765-4321"])]


def test_a_csv_of_windows_is_read_with_its_accents():
    assert lines_of("Nome;Cel\nJosé;1".encode("cp1252")) == [(2, ["José", "1"])]


def test_empty_lines_are_left_out_and_numbers_stay_those_of_the_file():
    assert lines_of(b"Nome;Cel\n\n;\nAna;1\n") == [(4, ["Ana", "1"])]


def test_short_lines_are_filled_and_long_ones_cut():
    assert lines_of(b"a;b\n1\n1;2;3\n") == [(2, ["1", ""]), (3, ["1", "2"])]


def test_a_phone_that_a_spreadsheet_keeps_as_a_number_is_digits():
    assert lines_of(xlsx(["Cel"], [11987654321.0])) == [(2, ["11987654321"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04 no zip at all", "broken"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not_a_table"),
        (b";".join([b"x"] * 101), "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(content, code):
    with pytest.raises(reading.UnreadableTable) as refusal:
        reading.read_table(content)
    assert refusal.value.code == code


def test_too_many_lines_are_noticed_while_they_are_read(monkeypatch):
    monkeypatch.setattr(reading, "MAX_LINES", 2)
    with pytest.raises(reading.UnreadableTable, match="too_many_lines"):
        lines_of(b"a\n1\n2\n3\n")


@given(st.binary(max_size=300))
def test_whatever_the_bytes_reading_answers_or_refuses(content):
    try:
        lines_of(content)
    except reading.UnreadableTable as error:
        assert error.code


def test_columns_are_guessed_by_their_titles_and_each_field_once():
    guesses = guess_columns(
        ["Nome completo", "CEL", "Celular", "cpf_cnpj", "obs", "Onu"], {"onu": "ONU"}
    )
    assert [guess.field for guess in guesses] == [
        "name", "phone", "", "document", "", "attribute:onu",
    ]  # fmt: skip


def test_a_column_of_consents_is_never_taken_for_granted():
    [guess] = guess_columns(["aceita_promo"], {})
    assert guess.field == "marketing" and not guess.is_sure
