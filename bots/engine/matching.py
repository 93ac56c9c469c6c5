"""Which option of a menu a customer means, by tap, number or words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bots.engine.text import contains_phrase, is_similar, words

NUMBER_WORDS = {
    **{
        word: number
        for number, word in enumerate(words("um dois três quatro cinco seis sete oito nove dez"), 1)
    },
    "uma": 1,
    "duas": 2,
}
NUMBER_FILLERS = frozenset(words("a o opção número n item op quero escolho alternativa"))
SMALL_WORDS = frozenset(
    words(
        "a o as os um uma de da do das dos e ou com sem para pra por no na em meu minha que eu quero"
    )
)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. words: other ways to say it."""

    id: str
    title: str
    description: str = ""
    words: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[tuple[str, ...], ...]:
        """The folded words of each way to say it, the title first."""
        return tuple(words(said) for said in (self.title, *self.words))


def choose(options: Sequence[Option], text: str) -> Option | None:
    """Return the option that the text means, None when none or more than one fits.

    Tried in this order, and the first way that fits exactly one option decides: its number, its
    title or another word for it, those inside a longer sentence, part of the title, small typos.
    """
    said = words(text)
    if not said:
        return None
    number = _number(said)
    if number is not None:
        return options[number - 1] if 1 <= number <= len(options) else None
    for fits in (
        _is_said,
        _is_inside,
        _is_part_of_title,
        _is_said_with_typos,
        _is_inside_with_typos,
    ):
        found = _only_one(options, said, fits)
        if found:
            return found
    return None


def _number(said: tuple[str, ...]) -> int | None:
    rest = [word for word in said if word not in NUMBER_FILLERS] or list(said)
    if len(rest) != 1:
        return None
    if rest[0].isdecimal() and len(rest[0]) <= 2:
        return int(rest[0])
    return NUMBER_WORDS.get(rest[0])


Fits = Callable[[Option, tuple[str, ...]], bool]


def _only_one(options: Sequence[Option], said: tuple[str, ...], fits: Fits) -> Option | None:
    found = [option for option in options if fits(option, said)]
    return found[0] if len(found) == 1 else None


def _is_said(option: Option, said: tuple[str, ...]) -> bool:
    return said in option.phrases


def _is_inside(option: Option, said: tuple[str, ...]) -> bool:
    return any(contains_phrase(said, phrase) for phrase in option.phrases)


def _is_part_of_title(option: Option, said: tuple[str, ...]) -> bool:
    weighty = set(said) - SMALL_WORDS
    return bool(weighty) and weighty <= set(words(option.title))


def _is_said_with_typos(option: Option, said: tuple[str, ...]) -> bool:
    return any(
        len(phrase) == len(said) and all(map(is_similar, phrase, said)) for phrase in option.phrases
    )


def _is_inside_with_typos(option: Option, said: tuple[str, ...]) -> bool:
    weighty = {word for phrase in option.phrases for word in phrase if len(phrase) == 1}
    weighty |= set(words(option.title)) - SMALL_WORDS
    return any(is_similar(word, other) for word in said for other in weighty if len(other) >= 4)
