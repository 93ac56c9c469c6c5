import sqlite3
from pathlib import Path

import pytest
from django.test import override_settings

from helpdesk import checks

PUBLIC = {"BASE_URL": "https://ajuda.example.com", "HTTPS": True}
TRIGGERS = [
    ("ramal.E001", checks.check_secret_key, {"SECRET_KEY": "secret"}),
    ("ramal.E001", checks.check_secret_key, {"SECRET_KEY": "ab" * 30}),
    ("ramal.E002", checks.check_fernet_keys, {"FERNET_KEYS": ["no key"]}),
    ("ramal.E003", checks.check_base_url, {"BASE_URL": "ajuda.example.com"}),
    ("ramal.E003", checks.check_base_url, {"BASE_URL": "https://example.com/ramal"}),
    ("ramal.E005", checks.check_data_dir, {"DATA_DIR": Path("/nowhere")}),
    ("ramal.E006", checks.check_debug_in_public, {"DEBUG": True, **PUBLIC}),
    ("ramal.E007", checks.check_gateway_key, {"GATEWAY_URL": "http://g:8080", "GATEWAY_API_KEY": ""}),
    ("ramal.E007", checks.check_gateway_key,
     {"GATEWAY_URL": "http://g:8080", "GATEWAY_API_KEY": "429683C4C977415CAAFCCE10F7D57E11"}),
    ("ramal.E008", checks.check_gateway_url, {"GATEWAY_URL": "gateway:8080"}),
    ("ramal.E009", checks.check_vapid_key, {"VAPID_PRIVATE_KEY": "no key"}),
    ("ramal.W001", checks.check_https_for_others, {"BASE_URL": "http://10.0.0.5", "HTTPS": False}),
    ("ramal.W002", checks.check_one_backend_only, {"DATABASE_URL": "postgres://x", "REDIS_URL": ""}),
    ("ramal.W002", checks.check_one_backend_only, {"DATABASE_URL": "", "REDIS_URL": "redis://x"}),
    ("ramal.W003", checks.check_allowed_hosts, {"ALLOWED_HOSTS": ["*"]}),
    ("ramal.W004", checks.check_proxies, {"TRUSTED_PROXIES": [], **PUBLIC}),
    ("ramal.W005", checks.check_given_secrets_when_spread, {"EMBEDDED": False, "SECRETS_MADE_HERE": ["HASH_KEY"]}),
]  # fmt: skip
ALL = [value for name, value in vars(checks).items() if name.startswith("check_")]


@pytest.mark.parametrize(("check_id", "check", "settings"), TRIGGERS)
def test_a_wrong_set_up_is_told_with_its_cure(check_id, check, settings):
    with override_settings(**settings):
        (message,) = check()
    assert message.id == check_id
    assert message.hint


def test_an_old_sqlite_is_told(monkeypatch, settings):
    settings.IS_SQLITE = True
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0))

    (message,) = checks.check_sqlite_version()

    assert message.id == "ramal.E004"


def test_every_id_is_triggered_once_in_these_tests():
    written = Path(checks.__file__).read_text()
    triggered = {check_id for check_id, _check, _settings in TRIGGERS} | {"ramal.E004"}
    assert all(f'"{check_id}"' in written for check_id in triggered)
    assert written.count('id="ramal.') == len(triggered)


def test_a_good_set_up_is_silent(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.BASE_URL, settings.HTTPS = "https://ajuda.example.com", True
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.DATABASE_URL, settings.REDIS_URL = "postgres://x", "redis://x"
    settings.SECRETS_MADE_HERE = []

    assert [message for check in ALL for message in check()] == []
