"""What marks a conversation without moving it: its priority and its tags."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from conversations.actions.changes import changing
from conversations.actions.errors import Refused
from conversations.actions.guards import require_holder, require_open
from conversations.models import Conversation, EventKind, Priority, Tag


def set_priority(conversation: Conversation, *, by, priority: int) -> Conversation:
    """Give a conversation another priority; the one it has already changes nothing.

    Raises Refused (closed, held by somebody else, no such priority).
    """
    if priority not in Priority.values:
        raise Refused(_("There is no such priority."), "no_priority")
    with changing(conversation) as change:
        current = change.conversation
        require_open(current)
        require_holder(current, by)
        if current.priority != priority:
            data = {"from": current.priority, "to": int(priority)}
            change.record(EventKind.PRIORITY, actor=by, to_state=current.state, data=data)
            current.priority = priority
    return conversation


def set_tags(
    conversation: Conversation, *, by, add: Iterable[Tag] = (), remove: Iterable[Tag] = ()
) -> Conversation:
    """Put tags on a conversation and take others off; what is so already changes nothing.

    A closed conversation takes tags too. Raises Refused (held by somebody else, or the role).
    """
    with changing(conversation) as change:
        current = change.conversation
        require_holder(current, by)
        had = set(current.tags.values_list("pk", flat=True))
        added = {tag.pk: tag for tag in add if tag.pk not in had}
        removed = {tag.pk: tag for tag in remove if tag.pk in had and tag.pk not in added}
        if added or removed:
            current.tags.add(*added)
            current.tags.remove(*removed)
            data = {"added": _names(added), "removed": _names(removed)}
            data |= {"added_ids": [str(pk) for pk in added]}
            data |= {"removed_ids": [str(pk) for pk in removed]}
            change.record(EventKind.TAGGED, actor=by, to_state=current.state, data=data)
    return conversation


def _names(tags: dict) -> list[str]:
    return sorted(tag.name for tag in tags.values())
