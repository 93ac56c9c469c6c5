"""Are the translations complete, and the compiled ones those of their sources?

A fresh machine has no gettext to compile them, so the compiled files are kept with the code.
"""

import gettext
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LOCALES = Path("helpdesk/locale")
COLLECT = ["manage.py", "makemessages", "--locale", "pt_BR", "--ignore", ".venv/*", "--no-location", "--no-wrap"]  # fmt: skip


def main() -> int:
    sources = sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))
    complaints = [
        complaint for source in sources for complaint in (*outdated(source), *incomplete(source))
    ]
    print("\n".join([*complaints, f"Translations: {len(sources)} file(s) looked at"]))
    return 1 if complaints or not sources else 0


def outdated(source: Path) -> list[str]:
    if contents(source) == contents_compiled(source):
        return []
    compiled = source.with_suffix(".mo")
    return [f"{source} is not what {compiled} was compiled from: run 'make messages'"]


def incomplete(source: Path) -> list[str]:
    """Name what the code says and the catalogue does not; leaves the catalogue as it was."""
    with tempfile.TemporaryDirectory() as directory:
        kept = shutil.copy(source, directory)
        try:
            subprocess.run([sys.executable, *COLLECT], check=True, stdout=subprocess.DEVNULL)
            missing = [*entries(source, "--untranslated"), *entries(source, "--only-fuzzy")]
        finally:
            shutil.copy(kept, source)
    return [f"{source} lacks {entry}" for entry in missing]


def entries(source: Path, which: str) -> list[str]:
    command = ["msgattrib", which, "--no-obsolete", "--no-wrap", source]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    ids = [line for line in found.splitlines() if line.startswith("msgid ")]
    return ids[1:]  # the first is the header


def contents(source: Path) -> dict:
    with tempfile.NamedTemporaryFile() as compiled:
        subprocess.run(["msgfmt", "--check", "-o", compiled.name, source], check=True)
        return catalogue(Path(compiled.name))


def contents_compiled(source: Path) -> dict:
    compiled = source.with_suffix(".mo")
    return catalogue(compiled) if compiled.exists() else {}


def catalogue(compiled: Path) -> dict:
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


sys.exit(main())
