"""A reason why something cannot be sent, in words that a page can show. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a message cannot be sent: an English source string and the values it speaks of."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the sentence in English."""
        return self.in_words(str)

    def in_words(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language of translate (gettext)."""
        values = dict(self.values)
        if "what" in values:
            values["what"] = translate(values["what"])
        return translate(self.text) % values
