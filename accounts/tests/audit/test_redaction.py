import json

import pytest

from accounts.audit.redaction import HIDDEN, masked_login, masked_text, shown

CPF, CNPJ = "123.456.789-09", "12.345.678/0001-95"


@pytest.mark.parametrize(
    "name", ["password", "access_token", "app_secret", "apiKey", "api_key", "token_hash", "senha"]
)
def test_what_is_called_a_secret_is_hidden(name):
    assert shown(name, "hunter2") == HIDDEN


def test_an_empty_secret_is_shown_as_empty_and_a_switch_as_it_is():
    assert shown("access_token", "") == ""
    assert shown("must_change_password", True) is True


def test_secrets_inside_json_are_hidden_however_deep():
    value = {
        "headers": [{"Authorization": "Bearer abc"}],
        "name": "x",
        "auth": {"client_secret": "abc"},
    }
    assert "abc" not in json.dumps(shown("config", value))


@pytest.mark.parametrize("text", [CPF, "12345678909", "123 456 789 09", "123456789-09"])
def test_a_cpf_keeps_its_middle_only(text):
    assert masked_text(f"CPF {text}, ok") == "CPF •••.456.•••-••, ok"


@pytest.mark.parametrize("text", [CNPJ, "12345678000195", "12345678/0001-95"])
def test_a_cnpj_keeps_its_middle_only(text):
    assert masked_text(f"({text})") == "(••.345.•••/••••-••)"


def test_documents_are_masked_by_name_in_any_writing_and_as_numbers():
    assert shown("document", "12345678909") == "•••.456.•••-••"
    assert shown("attributes", {"cpf": 12345678909}) == {"cpf": "•••.456.•••-••"}
    assert shown("anything", 12345678909) == "•••.456.•••-••"
    assert shown("document", "RG 1234") == HIDDEN


@pytest.mark.parametrize(
    "text",
    [
        "+5511987654321",
        "2026-11-20 14:35:23",
        "019ab8f2-7c3e-7000-8000-123456789012",
        "106540352242922",
    ],
)
def test_phones_times_and_ids_stay_readable(text):
    assert masked_text(text) == text


def test_long_values_are_cut():
    assert len(shown("definition", {"text": "x" * 9000})["text"]) < 2_100
    assert len(shown("definition", ["word"] * 9000)) < 2_100


def test_what_was_typed_as_a_name_may_have_been_a_password():
    assert masked_login("S3nha-muito-secreta") == "S3•••"
    assert masked_login("") == ""
