"""What may be written into the trail: never a secret, never a whole document.

The one place for it. A field's type decides first, then its name; inside JSON the keys' names do;
and whatever looks like a CPF or CNPJ is masked in every text, wherever it comes from.
"""

import json
import re

from django.core.serializers.json import DjangoJSONEncoder

from helpdesk.core.fields import EncryptedTextField

HIDDEN = "••••••"
LONGEST_TEXT = 2_000
LONGEST_JSON = 8_000
SECRET_NAME = re.compile(
    r"password|passwd|senha|secret|token|api_?key|private_?key|session_?key|credential|seed"
    r"|recovery|otp\b|_hash\b|authorization|cookie",
    re.IGNORECASE,
)
DOCUMENT_NAME = re.compile(r"(^|_)(document|cpf|cnpj|rg)(_|$)", re.IGNORECASE)
# 000.000.000-00 and 00.000.000/0000-00, with or without the signs between.
CPF = re.compile(r"(?<![\w+])\d{3}[.\s]?\d{3}[.\s]?\d{3}[-\s]?\d{2}(?!\w)", re.ASCII)
CNPJ = re.compile(r"(?<![\w+])\d{2}[.\s]?\d{3}[.\s]?\d{3}[/\s]?\d{4}[-\s]?\d{2}(?!\w)", re.ASCII)
MASKED = re.compile(r"•••\.\d{3}\.•••-••|••\.\d{3}\.•••/••••-••", re.ASCII)


def is_secret_field(field) -> bool:
    """Whether a model's field never shows its value. Documents do, masked."""
    if is_document_name(field.name):
        return False
    return isinstance(field, EncryptedTextField) or is_secret_name(field.name)


def is_secret_name(name: str) -> bool:
    return bool(SECRET_NAME.search(name))


def is_document_name(name: str) -> bool:
    return bool(DOCUMENT_NAME.search(name))


def shown(name: str, value):
    """Return a value as it may be written down: plain JSON without secrets, cut when long."""
    value = json.loads(json.dumps(value, cls=DjangoJSONEncoder, default=str))
    value = _clean(name, value)
    if not isinstance(value, dict | list):
        return value
    written = json.dumps(value, ensure_ascii=False)
    return value if len(written) <= LONGEST_JSON else _cut(written)


def shown_secret(value) -> str:
    """Return a secret's place in the trail: set, or empty."""
    return HIDDEN if value else ""


def masked_text(text: str) -> str:
    """Return a text in which every CPF and CNPJ has lost its ends."""
    return CPF.sub(_mask, CNPJ.sub(_mask, text))


def masked_login(login: str) -> str:
    """Return the beginning of what somebody typed as their name: it may have been a password."""
    # PostgreSQL keeps no NUL, and whoever guesses may type one.
    login = login.replace("\0", "").strip()
    return login[:2] + "•••" if login else ""


def _clean(name: str, value):
    if isinstance(value, dict):
        return {masked_text(key): _clean(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(name, inner) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    if is_secret_name(name):
        return shown_secret(value) if isinstance(value, str) else value
    if is_document_name(name):
        return _mask_digits(str(value))
    return _cut(masked_text(value)) if isinstance(value, str) else _number(value)


def _number(value):
    """A document kept as a number is no less a document."""
    text = str(value)
    masked = masked_text(text)
    return value if masked == text else masked


def _mask(match: re.Match) -> str:
    return _mask_digits(match[0])


def _mask_digits(document: str) -> str:
    """Leave the middle digits, as spec/07 wants documents shown by default."""
    digits = re.sub(r"\D", "", document)
    if len(digits) == 11:
        return f"•••.{digits[3:6]}.•••-••"
    if len(digits) == 14:
        return f"••.{digits[2:5]}.•••/••••-••"
    if MASKED.fullmatch(document):
        return document
    return HIDDEN if document else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
