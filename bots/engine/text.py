"""Words as people type them on a phone: without accents, with typos, with emoji digits."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+")
MAX_TEXT_LENGTH = 1000  # what is longer is prose; the rest of it is not looked at


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the text without accents, marks and capitals: 'Não 1️⃣' -> 'nao 1'."""
    spread = unicodedata.normalize("NFKD", text[:MAX_TEXT_LENGTH])
    return "".join(char for char in spread if unicodedata.category(char)[0] != "M").casefold()


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text."""
    return tuple(_WORD.findall(fold(text)))


def contains_phrase(text_words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words of a phrase stand in the text, one after the other."""
    size = len(phrase)
    return size > 0 and any(
        text_words[start : start + size] == phrase for start in range(len(text_words) - size + 1)
    )


@lru_cache(maxsize=8192)
def is_similar(one: str, other: str) -> bool:
    """Whether two folded words are the same but for a small typo.

    One slip (a letter more, less, other, or two swapped) from four letters on, two from eight on.
    Digits never forgive: '12' is not '13'.
    """
    allowed = _allowed_slips(one, other)
    if one == other or not allowed:
        return one == other
    return _distance(one, other, allowed) <= allowed


def _allowed_slips(one: str, other: str) -> int:
    length = min(len(one), len(other))
    if length < 4 or not one.isalpha() or not other.isalpha():
        return 0
    return 2 if length >= 8 else 1


def _distance(one: str, other: str, limit: int) -> int:
    """Optimal string alignment distance; gives up above the limit."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before, row = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        previous, row, older = row, [i], before
        before = previous
        for j, wanted in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != wanted))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted
            row.append(min(cost, older[j - 2] + 1) if swapped else cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
