"""What one line of a file says: values fit to be stored, and what is wrong with the rest."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from conversations import documents, phone_numbers
from conversations.imports.columns import ATTRIBUTE, CONSENT, KEYS, TAGS
from conversations.models import AttributeDefinition

LENGTHS = {
    "name": 200, "email": 254, "contract": 40, "plan": 80, "city": 80, "neighbourhood": 80,
}  # fmt: skip
TAG_LENGTH, MOST_TAGS = 40, 10
YES = frozenset(["s", "sim", "y", "yes", "1", "true", "verdadeiro", "x", "aceita", "aceito"])
NO = frozenset(["n", "nao", "não", "no", "0", "false", "falso", "recusa"])
_DATES = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), (1, 2, 3)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII), (3, 2, 1)),
)
_TAG_SEPARATOR = re.compile(r"[,;|]")


@dataclass(slots=True)
class Line:
    """A judged line: `values` by field, `errors` keep it out, with `warnings` it comes in."""

    values: dict = field(default_factory=dict)
    errors: list[list[str]] = field(default_factory=list)
    warnings: list[list[str]] = field(default_factory=list)


def judge(cells: dict[str, str], attributes: dict[str, AttributeDefinition]) -> Line:
    """Return what a line says. `cells`: text by field; empty cells say nothing."""
    line = Line()
    for name, text in cells.items():
        if text:
            _JUDGES.get(name, _judge_text)(line, name, text, attributes)
    if not line.errors and not any(line.values.get(key) for key in KEYS):
        line.errors.append(["no_key", ""])
    return line


def _judge_text(line: Line, name: str, text: str, attributes) -> None:
    if name.startswith(ATTRIBUTE):
        _judge_attribute(line, name.removeprefix(ATTRIBUTE), text, attributes)
    elif len(text) > LENGTHS[name]:
        line.errors.append(["too_long", text[:20]])
    else:
        line.values[name] = text


def _judge_phone(line: Line, name: str, text: str, _attributes) -> None:
    digits = re.sub(r"[^0-9]", "", text).lstrip("0")
    if text.strip().startswith("+") and not digits.startswith("55"):
        if not 8 <= len(digits) <= 15:
            line.errors.append(["bad_phone", ""])
        else:
            line.values[name] = phone_numbers.e164(digits)
        return
    national = digits.removeprefix("55") if len(digits) in (12, 13) else digits
    if len(national) < 10:
        line.errors.append(["short_phone", str(len(national))])
    elif len(national) > 11:
        line.errors.append(["bad_phone", ""])
    else:
        line.values[name] = phone_numbers.e164(f"55{national}")
        if len(national) == 10 and national[2] in "2345":
            line.warnings.append(["landline", ""])


def _judge_document(line: Line, name: str, text: str, _attributes) -> None:
    digits = documents.digits_of(text)
    # Spreadsheets take the zeros in front of a number away.
    if len(digits) in (9, 10):
        digits = digits.rjust(11, "0")
    elif len(digits) in (12, 13):
        digits = digits.rjust(14, "0")
    if documents.is_valid(digits):
        line.values[name] = digits
    else:
        line.errors.append(["bad_document", ""])


def _judge_email(line: Line, name: str, text: str, _attributes) -> None:
    try:
        validate_email(text)
    except ValidationError:
        line.errors.append(["bad_email", ""])
    else:
        line.values[name] = text.lower()


def _judge_day(line: Line, name: str, text: str, _attributes) -> None:
    if re.fullmatch(r"0?[1-9]|[12][0-9]|3[01]", text, re.ASCII):
        line.values[name] = int(text)
    else:
        line.errors.append(["bad_day", ""])


def _judge_tags(line: Line, name: str, text: str, _attributes) -> None:
    tags = [tag.strip() for tag in _TAG_SEPARATOR.split(text) if tag.strip()][:MOST_TAGS]
    long = next((tag for tag in tags if len(tag) > TAG_LENGTH), "")
    if long:
        line.errors.append(["too_long", long[:20]])
    else:
        line.values[name] = tags


def _judge_consent(line: Line, name: str, text: str, _attributes) -> None:
    said = text.casefold()
    if said in YES or said in NO:
        line.values[name] = said in YES
    else:
        line.errors.append(["bad_yes_no", ""])


def _judge_attribute(line: Line, key: str, text: str, attributes) -> None:
    definition = attributes.get(key)
    if definition is None:
        return  # It was deleted since the columns were chosen.
    value = _attribute_value(definition, text)
    if value is None:
        line.errors.append(["bad_attribute", definition.name])
    else:
        line.values[f"{ATTRIBUTE}{key}"] = value


def _attribute_value(definition: AttributeDefinition, text: str):
    if definition.kind == "number":
        number = text.replace(".", "").replace(",", ".") if "," in text else text
        return float(number) if re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", number, re.ASCII) else None
    if definition.kind == "date":
        return _iso_date(text)
    if definition.kind == "boolean":
        said = text.casefold()
        return said in YES if said in YES or said in NO else None
    if definition.kind == "choice":
        return next((c for c in definition.choices if c.casefold() == text.casefold()), None)
    return text


def _iso_date(text: str) -> str | None:
    for pattern, order in _DATES:
        match = pattern.fullmatch(text)
        if match:
            try:
                return date(*(int(match[part]) for part in order)).isoformat()
            except ValueError:
                return None
    return None


_JUDGES = {
    "phone": _judge_phone,
    "document": _judge_document,
    "email": _judge_email,
    "due_day": _judge_day,
    TAGS: _judge_tags,
    CONSENT: _judge_consent,
}
