"""What the command bar finds: customers, protocols, this conversation's actions, pages."""

import re
from dataclasses import dataclass, field

from conversations.access import may_see_conversation, visible_conversations
from conversations.models import Conversation
from conversations.search import found, plain
from conversations.shortcuts import CONVERSATION, PAGES, Shortcut, is_for

MOST_CONVERSATIONS = 8
LONGEST = 100
SHORTEST_SEARCH = 2


@dataclass(frozen=True, slots=True)
class Results:
    """What is listed under the field."""

    conversations: list[Conversation] = field(default_factory=list)
    actions: list[Shortcut] = field(default_factory=list)
    pages: list[Shortcut] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.conversations or self.actions or self.pages)


def results_for(user, words: str, conversation_id: str = "") -> Results:
    """Return what this person may jump to; without words their pages and the actions at hand.

    The browser leaves out the actions that its conversation does not allow now.
    """
    words = words[:LONGEST].strip()
    has_conversation = bool(conversation_id) and may_see_conversation(user, conversation_id)
    actions = CONVERSATION if has_conversation else ()
    return Results(
        conversations=_conversations(user, words),
        actions=[one for one in actions if _fits(one, words)],
        pages=[one for one in PAGES if is_for(one, user) and _fits(one, words)],
    )


def _conversations(user, words: str) -> list[Conversation]:
    """The newest conversation of each customer that the words name; nothing for a letter alone."""
    if len(words) < SHORTEST_SEARCH:
        return []
    rows = visible_conversations(user)
    by_person = found(rows, words).people
    rows = rows.filter(by_person).select_related("customer", "queue", "assignee")
    rows = rows.newest_first()[: 4 * MOST_CONVERSATIONS]
    if re.fullmatch(r"\d{8}-?\d*", words):
        return list(rows[:MOST_CONVERSATIONS])
    by_customer: dict = {}
    for row in rows:
        by_customer.setdefault(row.customer_id, row)
    return list(by_customer.values())[:MOST_CONVERSATIONS]


def _fits(shortcut: Shortcut, words: str) -> bool:
    return plain(words) in plain(str(shortcut.label))
