"""The kinds of answers a question can ask for: one function and one line each."""

import re
from collections.abc import Callable

from bots.engine.events import MessageIn
from bots.engine.text import words

MAX_ANSWER_LENGTH = 1000
YES = frozenset(words("sim s ss simm claro isso ok certo positivo quero yes y 1"))
NO = frozenset(words("não n nn negativo nunca no 2"))
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def text(message: MessageIn) -> str | None:
    """Anything written."""
    return message.text.strip()[:MAX_ANSWER_LENGTH] or None


def number(message: MessageIn) -> str | None:
    """The one number in the answer, with a decimal point."""
    found = _NUMBER.findall(message.text)
    return found[0].replace(",", ".") if len(found) == 1 else None


def yes_no(message: MessageIn) -> str | None:
    """'yes' or 'no', also out of a short sentence; None when both or neither are said."""
    if message.button_id.endswith((":yes", ":no")):
        return message.button_id.rsplit(":", 1)[1]
    said = set(words(message.text))
    says_yes, says_no = bool(said & YES), bool(said & NO)
    if says_yes == says_no:
        return None
    return "yes" if says_yes else "no"


ANSWERS: dict[str, Callable[[MessageIn], str | None]] = {
    "text": text,
    "number": number,
    "yes_no": yes_no,
}
