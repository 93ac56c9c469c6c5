"""The thread of a conversation: messages and event lines in one order, in stretches or what changed.

A flat list. Each item knows what it needs to be drawn alone (does it open a day, does it start a
group, whose hand held the conversation), computed from the item before it. So one item can arrive
or change without its neighbours, but for the one that follows it; and a page may hold any stretch
of the thread (thread_items.py has the items and their queries).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Value

from conversations.models import Conversation
from conversations.thread_items import (
    Item,
    complete,
    events_of,
    item_of,
    items_after,
    items_before,
    messages_of,
    with_flags,
)

PAGE = 50
FEW = 8
# Above this many changes a page is told to start afresh: cheaper for both sides.
MANY_CHANGES = 50


@dataclass(slots=True)
class Timeline:
    """A stretch of the thread, and where what is before and after it goes on ('' where it ends)."""

    items: list[Item]
    before: str = ""
    after: str = ""
    marked: str = ""  # the item it was asked for


@dataclass(slots=True)
class Changes:
    """What is new or changed after version `previous`; `is_whole`: too much, start afresh."""

    conversation: Conversation
    previous: int
    items: list[Item]
    is_whole: bool = False
    before: str = ""


def wanted(conversation: Conversation, said: Mapping[str, str]) -> Timeline:
    """Return the stretch that an address asks for; the newest when it asks for none."""
    if said.get("at"):
        return timeline_at(conversation, said["at"]) or timeline(conversation)
    if said.get("after") or "first" in said:
        return timeline_after(conversation, said.get("after", ""))
    return timeline(conversation, before=said.get("before", ""))


def timeline(conversation: Conversation, before: str = "", limit: int = PAGE) -> Timeline:
    """Return the last items of the thread, or those before the item with this id, in order.

    An id that is not of this conversation gives an empty stretch.
    """
    edge = None
    if before:
        item = item_of(conversation, before)
        if item is None:
            return Timeline([])
        edge = item.position
    stretch = _stretch(conversation, edge, limit, with_people=True)
    complete(stretch.items)
    stretch.after = stretch.items[-1].id if before and stretch.items else ""
    return stretch


def timeline_after(conversation: Conversation, after: str = "", limit: int = PAGE) -> Timeline:
    """Return the items after the one with this id, or the first of all."""
    if not after:
        items = items_after(conversation, None, limit + 1)
        return _completed(Timeline(with_flags(conversation, items, True)), limit)
    edge = item_of(conversation, after)
    if edge is None:
        return Timeline([])
    items = [edge, *items_after(conversation, edge.position, limit + 1)]
    items = with_flags(conversation, items, False)[1:]
    before = items[0].id if items else ""
    return _completed(Timeline(items, before=before), limit)


def timeline_at(conversation: Conversation, at: str, limit: int = PAGE) -> Timeline | None:
    """Return the stretch around an item; None for an id that is not of this conversation."""
    item = item_of(conversation, at)
    if item is None:
        return None
    half = limit // 2
    early = items_before(conversation, item.position, half + 1)
    late = items_after(conversation, item.position, half + 1)
    items = with_flags(conversation, [*early, item, *late], len(early) <= half)
    found = Timeline(items[1:] if len(early) > half else items, marked=item.id)
    found.before = found.items[0].id if len(early) > half else ""
    return _completed(found, len(found.items) - max(0, len(late) - half))


def _completed(found: Timeline, limit: int) -> Timeline:
    """Cut off what is only there to tell that it goes on, and load what drawing needs."""
    if len(found.items) > limit:
        found.items = found.items[:limit]
        found.after = found.items[-1].id
    complete(found.items)
    return found


def changes(conversation: Conversation, since: int) -> Changes:
    """Return the items with a version above `since`, and those drawn differently because of them."""
    return changes_of([(conversation, since)])[0]


def changes_of(wanted: Iterable[tuple[Conversation, int]]) -> list[Changes]:
    """Return the changes of several conversations, each since its version, with few queries more."""
    found = [_changes(conversation, since) for conversation, since in wanted]
    complete([item for changes in found for item in changes.items])
    return found


def _changes(conversation: Conversation, since: int) -> Changes:
    """Mostly the last few items have all that has changed.

    A page for each push would cost twice as much, but more than a page is never needed: what stands
    before it is drawn piece by piece.
    """
    recent = _stretch(conversation, None, FEW)
    changed = {item.row.pk for item in recent.items if item.row.version > since}
    if recent.before:
        known = {item.row.pk for item in recent.items}
        older, is_enough = _changed_before(conversation, since, recent.items, changed)
        changed |= older
        if len(changed) > MANY_CHANGES:
            return _whole(conversation, since)
        if older or not is_enough or not _answered(recent.items, changed) <= known:
            recent = _stretch(conversation, None, PAGE)
    touched = _touched(recent.items, changed)
    older = changed - {item.row.pk for item in recent.items}
    if older and recent.before:
        touched = _older_items(conversation, older) + touched
    return Changes(conversation, since, touched)


def _whole(conversation: Conversation, since: int) -> Changes:
    recent = _stretch(conversation, None, PAGE)
    return Changes(conversation, since, recent.items, is_whole=True, before=recent.before)


def _changed_before(
    conversation: Conversation, since: int, items: list[Item], changed: set[UUID]
) -> tuple[set[UUID], bool]:
    """Return what else has changed than these items, and whether none but these quote `changed`."""
    known = [item.row.pk for item in items]
    messages = messages_of(conversation, full=False).exclude(pk__in=known).order_by()
    events = events_of(conversation).exclude(pk__in=known).order_by()
    rows = _flagged(messages.filter(version__gt=since), True).union(
        _flagged(events.filter(version__gt=since), True),
        _flagged(messages.filter(reply_to__in=changed), False),
    )
    found = list(rows.order_by("-is_change")[: MANY_CHANGES + 1])
    return {pk for pk, is_change in found if is_change}, all(is_change for _, is_change in found)


def _flagged(rows, is_change: bool):
    return rows.annotate(is_change=Value(is_change)).values_list("pk", "is_change")


def _answered(items: list[Item], changed: set[UUID]) -> set[UUID]:
    """What those of the items that have changed answer or quote."""
    rows = [item.row for item in items if item.is_message and item.row.pk in changed]
    return {row.reply_to_id for row in rows} - {None}


def _touched(items: list[Item], changed: set[UUID]) -> list[Item]:
    """Choose the changed items, their successors, and what quotes them or is answered by them."""
    answered = {item.row.reply_to_id for item in items if item.row.pk in changed and item.is_choice}
    touched, follows = [], False
    for item in items:
        is_changed = item.row.pk in changed
        quotes = item.is_message and item.row.reply_to_id in changed
        if is_changed or follows or quotes or item.row.pk in answered:
            touched.append(item)
        follows = is_changed
    return touched


def _older_items(conversation: Conversation, ids: set[UUID]) -> list[Item]:
    """Draw items that stand before the recent ones, each with its neighbours."""
    rows = [
        *messages_of(conversation).filter(pk__in=ids),
        *events_of(conversation).filter(pk__in=ids),
    ]
    found: dict[str, Item] = {}
    for row in rows:
        item = Item(row)
        before = items_before(conversation, item.position, 1)
        around = [*before, item, *items_after(conversation, item.position, 1)]
        for drawn in with_flags(conversation, around, not before):
            if drawn.position >= item.position:
                found[drawn.id] = drawn
    return sorted(found.values(), key=lambda item: item.position)


def _stretch(
    conversation: Conversation, edge: tuple | None, limit: int, with_people: bool = False
) -> Timeline:
    """The last items, or those before a position, without what only drawing them needs.

    with_people: join those of the events. A page has some; among the last few there is rarely any,
    and planning the joins costs more than all the rest.
    """
    items = items_before(conversation, edge, limit + 1, with_people)
    items = with_flags(conversation, items, len(items) <= limit)
    if len(items) <= limit:
        return Timeline(items)
    return Timeline(items[1:], before=items[1].id)
