import re
from pathlib import Path

from django.conf import settings

NOT_FOR_PEOPLE = {"PYTEST_XDIST_WORKER"}


def explained():
    text = (settings.BASE_DIR / ".env.example").read_text()
    return re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)


def test_every_setting_is_explained_once_in_env_example():
    source = Path(settings.BASE_DIR / "helpdesk" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source)) - NOT_FOR_PEOPLE
    assert sorted(explained()) == sorted(read)


def test_the_environment_is_read_in_settings_only():
    """House rule 33: whoever needs a value takes it from django.conf.settings."""
    reads = re.compile(r"os\.environ(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|getenv")
    ours = (p for app in ("accounts", "bots", "campaigns", "conversations", "helpdesk", "reports")
            for p in (settings.BASE_DIR / app).rglob("*.py"))  # fmt: skip
    offenders = [
        str(path.relative_to(settings.BASE_DIR))
        for path in ours
        if not {"tests", "testing"} & set(path.parts) and reads.search(path.read_text())
    ]
    assert offenders == []
