"""Whether a customer asks for a human being. Always honoured, whatever the flow says."""

from functools import lru_cache

from bots.engine.text import contains_phrase, is_similar, words

# Each of these alone is enough, wherever it stands, also with a small typo.
SURE_WORDS = ("atendente", "atendentes", "humano", "humana", "operador", "operadora")
# These only when hardly anything else is said: 'sou pessoa física' asks for nobody.
LIKELY_WORDS = frozenset(words("pessoa pessoas alguém gente"))
FILLERS = frozenset(
    words(
        "quero queria preciso precisava gostaria posso pode podem poderia falar conversar com uma um "
        "por favor de verdade real me passa passar passe transfere transferir transfira para pra pro "
        "chama chamar chame eu so ser atendido atendida oi ola bom boa dia tarde noite vcs vocês"
    )
)
PHRASES = tuple(
    words(phrase)
    for phrase in (
        "falar com alguém",
        "falar com uma pessoa",
        "falar com pessoa",
        "falar com gente",
        "pessoa de verdade",
        "pessoa real",
        "atendimento pessoal",
        "não quero robô",
        "não quero falar com robô",
    )
)


@lru_cache(maxsize=8192)
def asks_for_person(text: str, more_words: tuple[str, ...] = ()) -> bool:
    """Whether the text asks for a person; more_words are the flow's own, as words or phrases."""
    said = words(text)
    if not said:
        return False
    return (
        any(_is_sure(word) for word in said)
        or _says_nothing_else(said)
        or any(contains_phrase(said, phrase) for phrase in PHRASES)
        or any(contains_phrase(said, words(more)) for more in more_words)
    )


def _is_sure(word: str) -> bool:
    if word in SURE_WORDS:
        return True
    # 'humana' and the like are too near to 'semana' and others for typos to be forgiven.
    return len(word) >= 8 and is_similar(word, "atendente")


def _says_nothing_else(said: tuple[str, ...]) -> bool:
    rest = [word for word in said if word not in FILLERS]
    return bool(rest) and all(word in LIKELY_WORDS for word in rest)
