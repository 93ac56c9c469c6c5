"""The house's rules, kept by a machine: floors, doors, sizes (spec/02, style.md)."""

import ast
import re
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["helpdesk", "accounts", "conversations", "bots", "campaigns", "reports"]
# A floor imports itself and those below it.
FLOORS = {
    "helpdesk.core": 0,
    "accounts": 1,
    "conversations": 2,
    "bots": 3,
    "campaigns": 4,
    "reports": 5,
    "helpdesk": 6,
}
LONGEST_FUNCTION, MEDIAN_FUNCTION = 60, 8
LONGEST_FILE, LONGEST_VIEW, LONGEST_TEMPLATE = 400, 25, 80
PURE = [
    "conversations/phone_numbers.py",
    "conversations/providers/base.py",
    "conversations/providers/cloud/parse.py",
    "conversations/providers/cloud/send.py",
    "conversations/providers/cloud/errors.py",
    "conversations/providers/gateway/parse.py",
    "conversations/providers/gateway/send.py",
    "conversations/providers/gateway/errors.py",
    "bots/engine",
]


def sources(*folders, tests: bool = False):
    for folder in folders or PACKAGES:
        path = ROOT / folder
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            parts = file.relative_to(ROOT).parts
            if "migrations" not in parts and (tests or not {"tests", "testing"} & set(parts)):
                yield file


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def floor_of(module: str) -> int | None:
    names = [name for name in FLOORS if module == name or module.startswith(name + ".")]
    return FLOORS[max(names, key=len)] if names else None


def imports(file: Path):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def functions(file: Path):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.end_lineno - node.lineno + 1


def test_imports_go_down_only():
    wrong = [
        f"{name_of(file)} imports {module}: announce it in events.py instead"
        for file in sources()
        for module in imports(file)
        if (floor_of(module) or 0)
        > floor_of(".".join(file.relative_to(ROOT).with_suffix("").parts))
    ]
    assert not wrong, "\n".join(wrong)


def test_pure_cores_import_no_django():
    wrong = [
        f"{name_of(file)} imports {module}"
        for file in sources(*PURE)
        for module in imports(file)
        if module.split(".")[0] in {"django", "channels", "celery", "accounts"}
    ]
    assert not wrong, "\n".join(wrong)


def test_no_function_is_longer_than_a_screen_and_most_are_short():
    lengths = {
        f"{name_of(file)}:{node.lineno} {node.name}": length
        for file in sources()
        for node, length in functions(file)
    }
    too_long = [
        f"{name}: {length}" for name, length in lengths.items() if length > LONGEST_FUNCTION
    ]
    assert not too_long, "\n".join(too_long)
    assert median(lengths.values()) <= MEDIAN_FUNCTION


def test_no_file_is_longer_than_one_can_keep_in_mind():
    wire_tables = {"helpdesk/settings.py"}
    too_long = [
        f"{name_of(file)}: {lines}"
        for file in sources()
        if (lines := len(file.read_text().splitlines())) > LONGEST_FILE
        and name_of(file) not in wire_tables
    ]
    assert not too_long, "\n".join(too_long)


def test_views_are_thin():
    files = [file for package in PACKAGES for file in sources(f"{package}/views")]
    too_long = [
        f"{name_of(file)}:{node.lineno} {node.name}: {length}"
        for file in files
        for node, length in functions(file)
        if length > LONGEST_VIEW
    ]
    assert not too_long, "\n".join(too_long)


@pytest.mark.parametrize("room", ["views", "consumers.py", "tasks.py"])
def test_doors_write_nothing_themselves(room):
    writes = re.compile(r"\.(save|create|bulk_create|update_or_create|get_or_create|delete)\(")
    wrong = [
        f"{name_of(file)}:{number}: {line.strip()} (call an action instead)"
        for package in PACKAGES
        if (ROOT / package / room).exists()
        for file in sources(f"{package}/{room}")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if writes.search(line)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_actions_write_conversation_events():
    wrong = [
        name_of(file)
        for file in sources()
        if "ConversationEvent(" in file.read_text()
        and "/actions/" not in name_of(file)
        and "/models/" not in name_of(file)
        and not name_of(file).startswith("helpdesk/seeds")
    ]
    assert not wrong, "\n".join(wrong)


def test_models_know_no_request_no_task_and_no_live_page():
    forbidden = (
        "django.http",
        "conversations.live",
        "conversations.tasks",
        "helpdesk.core.announce",
    )
    wrong = [
        f"{name_of(file)} imports {module}"
        for package in PACKAGES
        if (ROOT / package / "models").exists()
        for file in sources(f"{package}/models")
        for module in imports(file)
        if module.startswith(forbidden)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_environment_is_read_in_settings_only():
    reads = re.compile(r"os\.environ\b|os\.getenv|\benv\.(str|int|bool|list|url|db)")
    allowed = {"helpdesk/settings.py", "helpdesk/celery.py", "helpdesk/asgi.py", "helpdesk/wsgi.py"}
    wrong = [
        name_of(file)
        for file in sources()
        if reads.search(file.read_text()) and name_of(file) not in allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_templates_have_no_inline_code_and_no_foreign_address():
    inline = re.compile(r"<script>|<style>|\sstyle=\"|\son\w+=\"|hx-on|javascript:")
    foreign = re.compile(r"(src|href)=\"https?://")
    wrong = [
        f"{name_of(file)}:{number}: {line.strip()[:80]}"
        for file in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if inline.search(line) or foreign.search(line)
    ]
    assert not wrong, "\n".join(wrong)


def test_templates_are_short():
    too_long = [
        f"{name_of(file)}: {lines}"
        for file in (ROOT / "templates").rglob("*.html")
        if (lines := len(file.read_text().splitlines())) > LONGEST_TEMPLATE
        and "sprite" not in file.name
    ]
    assert not too_long, "\n".join(too_long)


def test_colours_stand_in_the_tokens_only():
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|oklch\(")
    # A mask's black is no colour that anybody sees; an address may hold a fragment.
    colourless = re.compile(r"url\([^)]*\)|mask(-image)?:[^;}]*")
    wrong = [
        f"{name_of(file)}: {match[0]}"
        for file in (ROOT / "static" / "css").rglob("*.css")
        if file.name != "tokens.css"
        for match in [colour.search(colourless.sub("", file.read_text()))]
        if match
    ]
    assert not wrong, "\n".join(wrong)
