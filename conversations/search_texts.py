"""Which conversations have a message with these words, the newest hits first; on both databases.

PostgreSQL's index knows no order: for a common word it would return a million messages to sort. So
conversations_words() gives each message three kinds of words, and the search goes back in stages:

| word          | for                                                                           |
| ------------- | ----------------------------------------------------------------------------- |
| internet      | a whole word: its stem without accents                                        |
| b1298zinterne | the beginning of a word, in the 16 days number 1298                           |
| ~d20778, ~b1298 | the day, and the 16 days: they keep a stage's share of a common word small  |

A stage looks back eight times as far as the one before. All are one statement whose parts are
evaluated one after the other, until there are enough hits. SQLite numbers messages as they come, and
reads its hits in that order.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from conversations.search_tables import NUMBERS, WORDS

DAY_SECONDS = 86_400
# Days back; the last stage takes what is older than anybody's archive.
STAGES = (1, 8, 64, 512, 4096)
AHEAD = 2  # days: a provider's clock may be ahead of ours
STOP_WORDS = {
    "a",
    "o",
    "e",
    "de",
    "da",
    "do",
    "que",
    "em",
    "um",
    "uma",
    "no",
    "na",
    "os",
    "as",
    "se",
}
# Plurals that the stemmer does not join any more once the accents are gone.
PLURALS = (("oes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m"))

_SEEN = "EXISTS (SELECT 1 FROM ({rows}) AS seen OFFSET 0)"
_STAGE = """
(SELECT hit.conversation_id, (array_agg(hit.id ORDER BY hit.sort_at DESC, hit.id DESC))[1] AS message
FROM conversations_hits({query}, %s, %s) AS hit WHERE {seen}
GROUP BY 1 ORDER BY max(hit.sort_at) DESC LIMIT %s)
"""
_SQLITE = f"""
SELECT conversation_id, id FROM (SELECT hit.conversation_id, hit.id, max(found.rowid) FROM {WORDS} AS found
JOIN {NUMBERS} AS number ON number.id = found.rowid
JOIN conversations_message AS hit ON hit.id = number.message_id
WHERE {WORDS} MATCH %s AND EXISTS ({{rows}})
GROUP BY 1 ORDER BY 3 DESC LIMIT %s)
"""


def look_up(customers, rows, words: tuple[str, ...], most: int) -> tuple[set, dict]:
    """Return these customers' keys, and where the words were said, by one statement.

    The second maps each conversation in which they were said to the newest message that says them.
    """
    statement, params = customers.query.sql_with_params()
    statement = f"SELECT one.*, CAST(NULL AS uuid) FROM ({statement}) AS one"
    if words:
        kept = [word for word in words[:-1] if word not in STOP_WORDS]
        texts = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
        said, more = texts(rows, [*kept, words[-1]], most)
        statement, params = (
            f"{statement} UNION ALL SELECT * FROM ({said}) AS said",
            [*params, *more],
        )
    keys, messages = set(), {}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        for key, message in cursor.fetchall():
            if message is None:
                keys.add(_uuid(key))
            else:
                messages.setdefault(_uuid(key), _uuid(message))
    return keys, messages


def _on_postgresql(rows, words: list[str], most: int) -> tuple[str, list]:
    seen, seen_params = _sql_of(rows)
    parts, params = [], []
    today = int(timezone.now().timestamp() // DAY_SECONDS)
    for first, last in _stages(today):
        query, query_params = _query(words, first, last)
        parts.append(_STAGE.format(query=query, seen=_SEEN.format(rows=seen)))
        params += [*query_params, _moment(first), _moment(last), *seen_params, most]
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS hits LIMIT %s", [*params, most]


def _stages(today: int):
    """The days of each stage: the first, and the one behind the last."""
    last = today + AHEAD + 1
    for back in STAGES:
        yield today - back, last
        last = today - back


def _query(words: list[str], first: int, last: int) -> tuple[str, list[str]]:
    """Return a tsquery of all words within some days; the last one is only begun perhaps."""
    fortnights = range(first >> 4, ((last - 1) >> 4) + 1)
    parts, params = [], []
    for place, word in enumerate(words, 1):
        forms = _forms(word)
        sign = ":*" if place == len(words) else ""
        begun = [f"'b{number}z{form}'{sign}" for form in forms for number in fortnights]
        parts.append(f"({' || '.join(['conversations_query(%s)'] * len(forms))} || %s::tsquery)")
        params += [*forms, " | ".join(begun)]
    if last - first <= 16:
        times = [f"'~d{day}'" for day in range(first, last)]
    else:
        times = [f"'~b{number}'" for number in fortnights]
    if last - first < STAGES[-2]:
        parts.append("%s::tsquery")
        params.append(" | ".join(times))
    return " && ".join(parts), params


def _forms(word: str) -> list[str]:
    """Return a word with its other number, where the stemmer does not join the two."""
    for plural, singular in PLURALS:
        if word.endswith(plural):
            return [word, word.removesuffix(plural) + singular]
    for plural, singular in PLURALS:
        if word.endswith(singular) and len(word) > 4:
            return [word, word.removesuffix(singular) + plural]
    return [word]


def _beginnings(word: str) -> list[str]:
    """Return what SQLite looks for: it knows no stems, so a plural is looked for without its s."""
    singular = word.removesuffix("es") if word.endswith("es") else word.removesuffix("s")
    return [*_forms(word), singular] if len(singular) > 3 else _forms(word)


def _on_sqlite(rows, words: list[str], most: int) -> tuple[str, list]:
    seen, params = _sql_of(rows)
    # All words are small letters and digits in quotes: nothing in them is an operator.
    forms = [[f'"{form}"*' for form in _beginnings(word)] for word in words]
    query = " AND ".join(f"({' OR '.join(alike)})" for alike in forms)
    return _SQLITE.format(rows=seen), [query, *params, most]


def _sql_of(rows) -> tuple[str, list]:
    """Return the question whether the conversation of `hit` is one of these rows."""
    mine = rows.order_by().filter(pk=RawSQL("hit.conversation_id", ())).values("pk")
    return mine.query.sql_with_params()


def _moment(day: int):
    return datetime.fromtimestamp(day * DAY_SECONDS, UTC)


def _uuid(value) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
