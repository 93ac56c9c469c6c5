import pytest
from django.core.exceptions import ImproperlyConfigured

from helpdesk.core.environment import Environment


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("1", True), ("Off", False), ("", False)]
)
def test_switches_are_read(monkeypatch, text, value):
    monkeypatch.setenv("DEMO", text)
    assert Environment().bool("DEMO", not value) is value


def test_a_switch_that_is_neither_on_nor_off_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("DEMO", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="DEMO is 'perhaps'"):
        Environment().bool("DEMO")


def test_a_number_that_is_none_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(ImproperlyConfigured, match="PORT is 'eighty'"):
        Environment().int("PORT", 8000)


def test_addresses_that_are_not_understood_are_refused(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "localhost/ramal")
    monkeypatch.setenv("REDIS_URL", "localhost:6379")
    with pytest.raises(ImproperlyConfigured, match="postgres://"):
        Environment().postgres_url("DATABASE_URL")
    with pytest.raises(ImproperlyConfigured, match="redis://"):
        Environment().redis_url("REDIS_URL")


def test_a_secret_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from a file")
    monkeypatch.setenv("HASH_KEY_FILE", str(tmp_path / "key"))
    assert Environment().str("HASH_KEY") == "from a file"
