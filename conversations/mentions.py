"""Colleagues named with an @ in a note or in the team's rooms: who is meant, and how it is shown."""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from accounts.models.users import Role
from conversations.models import Conversation

# A name stands after an @ that ends no word: an e-mail address names nobody.
_NAMED = re.compile(r"(?<![\w@.])@([\w][\w.\-]*)")
_TAG = re.compile(r"(<[^>]*>)")


def colleagues_of(conversation: Conversation):
    """Return the active people who see this conversation, by name."""
    sees = Q(role=Role.ADMIN) | Q(queues=conversation.queue_id) | Q(pk=conversation.assignee_id)
    return User.objects.active().filter(sees).distinct().by_name()


def mentioned(text: str, people: Iterable[User]) -> list[User]:
    """Return those of the people whom the text names by @username or @first name, each once.

    A username wins over a first name; a first name that several have names them all. Accents and
    capitals make no difference.
    """
    people = list(people)
    found: dict = {}
    for name in _names(text):
        for person in _meant(name, people):
            found[person.pk] = person
    return list(found.values())


def marked(html: SafeString, people: Iterable[User]) -> SafeString:
    """Return the HTML of a text with the names of these people marked, outside its tags."""
    people = list(people)
    if not people:
        return html
    pieces = _TAG.split(str(html))
    # Every second piece is a tag: nothing in an address is a name.
    pieces[::2] = [_NAMED.sub(lambda match: _mark(match, people), one) for one in pieces[::2]]
    return mark_safe("".join(pieces))


def _mark(match: re.Match, people: list[User]) -> str:
    meant = _meant(_trimmed(match[1]), people)
    if not meant:
        return match[0]
    name = _trimmed(match[1])
    title = ", ".join(map(str, meant))
    # The name is part of HTML that has been escaped already.
    return format_html(
        '<mark class="mention" title="{}">@{}</mark>', title, mark_safe(name)
    ) + match[1].removeprefix(name)


def _names(text: str) -> list[str]:
    return [_trimmed(match[1]) for match in _NAMED.finditer(text)]


def _trimmed(name: str) -> str:
    """A full stop after a name ends the sentence."""
    return name.rstrip(".-")


def _meant(name: str, people: list[User]) -> list[User]:
    wanted = _folded(name)
    by_username = [person for person in people if _folded(person.username) == wanted]
    return by_username or [one for one in people if _folded(one.first_name) == wanted]


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()
