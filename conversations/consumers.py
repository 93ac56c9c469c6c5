"""The one websocket of a browser tab, `/ws/`.

The page says what it shows, `{"watch": ["conversation:<id>", "queue:<id>"]}`, always the whole of
it. Each thing is checked with the rules that pages use; what is foreign and what does not exist are
refused alike. A right that ends, ends here too: when a conversation changes hands, when a person's
access changes, and at the latest with the next heartbeat.

Of the conversations it watches it says which one a person looks at, `{"look": "conversation:<id>"}`
('' for none), and that they are writing there, `{"writes": "conversation:<id>", "note": false}`;
see viewers.py.
"""

import time
from uuid import UUID

from channels.db import database_sync_to_async

from accounts.actions.presence import seen
from accounts.middleware import language_of
from accounts.models import User
from accounts.two_factor import is_owed
from conversations import live, room_live
from conversations.access import (
    may_change,
    visible_conversations,
    visible_queues,
    visible_rooms,
)
from conversations.actions.receipts import agent_writes
from conversations.viewers import Viewer, viewer_of
from helpdesk.core.hub import Event
from helpdesk.core.sockets import HubConsumer

CLOSE_NOT_LOGGED_IN = 4401
MOST_WATCHED = 200
WRITES_EVERY_SECONDS = 1
# What is rendered for whoever looks at it -> what it is about.
FRAGMENTS = {"conversation.changed": "conversation", "room.changed": "room"}
GROUPS = {
    "conversation": live.conversation_group,
    "queue": live.queue_group,
    "room": room_live.room_group,
}


class LiveConsumer(HubConsumer):
    """Pushes to one tab of one person."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user: User | None = None
        self.watching: dict[str, str] = {}  # what the page calls it -> group
        self.viewer: Viewer | None = None
        self.looks_at = ""  # one of `watching`
        self._wrote_at = 0.0

    async def connect(self):
        await self.accept()
        self.user = await self._person()
        if self.user is None:
            await self.close(CLOSE_NOT_LOGGED_IN)
            return
        self.viewer = viewer_of(self.user)
        await self.join(live.user_group(self.user.pk))
        await database_sync_to_async(seen)(self.user.pk)

    async def receive_json(self, content, **kwargs):
        if self.user is None:
            return
        if "watch" in content:
            await self._watch(content["watch"])
        if "look" in content:
            self._look(content["look"])
        if "writes" in content:
            await self._write(content["writes"], is_note=bool(content.get("note")))
        if "ping" in content:
            await self._check_again()
            if self.user is None:
                return
            if self.looks_at:
                self.viewer.here(_key(self.looks_at))
            # By the versions a page notices that the last thing it should have heard got lost.
            await self.send_json({"type": "pong", "versions": await self._versions()})

    async def event_arrived(self, event: Event) -> None:
        if event.type == "access.changed":
            await self._check_again()
            await super().event_arrived(event)  # the page asks for its lists and queues again
        elif event.type in FRAGMENTS:
            await self._pass_fragment(event, FRAGMENTS[event.type])
        elif event.type.startswith("viewer."):
            await self._pass_viewer(event)
        else:
            await super().event_arrived(event)

    async def _pass_fragment(self, event: Event, kind: str) -> None:
        name = f"{kind}:{event.data[kind]}"
        if name not in self.watching:
            return
        if event.data.get("access_changed") and not await self._may([name]):
            await self._revoke([name])
        elif event.data["language"] != language_of(self.user):
            # Rendered in the site's language: this page asks for its own.
            facts = ("type", kind, "previous", "version")
            await self.send_json({fact: event.data[fact] for fact in facts})
        else:
            await super().event_arrived(event)

    async def _pass_viewer(self, event: Event) -> None:
        name = f"conversation:{event.data['conversation']}"
        if event.data["viewer"] == self.viewer.id or name not in self.watching:
            return
        if event.data.get("asks") and name == self.looks_at:
            self.viewer.here(_key(name))
        await super().event_arrived(event)

    def _look(self, name) -> None:
        """Say which of the watched conversations this person looks at; anything else is none."""
        is_known = isinstance(name, str) and name in self.watching
        name = name if is_known and name.startswith("conversation:") else ""
        if name == self.looks_at:
            return
        if self.looks_at:
            self.viewer.gone(_key(self.looks_at))
        self.looks_at = name
        if name:
            self.viewer.here(_key(name), asks=True)

    async def _write(self, name, *, is_note: bool) -> None:
        """Say that this person writes where they look; viewers do not write."""
        now = time.monotonic()
        is_soon = now - self._wrote_at < WRITES_EVERY_SECONDS
        if not self.looks_at or name != self.looks_at or is_soon or not may_change(self.user):
            return
        self._wrote_at = now
        self.viewer.writes(_key(name), is_note=is_note)
        if not is_note:
            await database_sync_to_async(agent_writes)(_key(name), by=self.user)

    async def _watch(self, names) -> None:
        names = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
        wanted = dict.fromkeys(names[:MOST_WATCHED])
        allowed = await self._may(list(wanted))
        for name in set(self.watching) - set(allowed):
            await self._forget(name)
        for name in set(allowed) - set(self.watching):
            await self.join(allowed[name])
            self.watching[name] = allowed[name]
        await self._note_watched()
        refused = [name for name in wanted if name not in allowed]
        await self.send_json({"type": "watching", "watching": list(allowed), "refused": refused})

    async def _check_again(self) -> None:
        """Ask again who this is and what they may hear; tell the page what it no longer may."""
        self.user = await self._person()
        if self.user is None:
            self._look("")
            await self.close(CLOSE_NOT_LOGGED_IN)
            return
        allowed = await self._may(list(self.watching))
        await self._revoke([name for name in self.watching if name not in allowed])
        await self._note_watched()
        await database_sync_to_async(seen)(self.user.pk)

    async def _revoke(self, names: list[str]) -> None:
        for name in names:
            await self._forget(name)
            await self.send_json({"type": "revoked", "watch": name})

    async def _forget(self, name: str) -> None:
        if name == self.looks_at:
            self._look("")
        await self.leave(self.watching.pop(name))

    async def disconnect(self, code):
        """Leave everything, and say so."""
        self._look("")
        await super().disconnect(code)

    @database_sync_to_async
    def _person(self) -> User | None:
        """Return whose socket this is: they may still work, their session still exists, and they
        have nothing to do first (a new password, a second factor)."""
        session = self.scope.get("session")
        if session is not None and not session.exists(session.session_key or ""):
            return None
        user = User.objects.active().filter(pk=self.scope["user"].pk).first()
        if user is None or user.must_change_password or is_owed(user):
            return None
        return user

    @database_sync_to_async
    def _may(self, names: list[str]) -> dict[str, str]:
        """Return those of the named things that this person may hear of, with their groups."""
        asked = {name: _parsed(name) for name in names}
        keys = {kind: _keys(asked.values(), kind) for kind in GROUPS}
        seen_rows = {
            "conversation": _ids(visible_conversations(self.user), keys["conversation"]),
            "queue": _ids(visible_queues(self.user), keys["queue"]),
            "room": _ids(visible_rooms(self.user), keys["room"]),
        }
        return {
            name: GROUPS[kind](key)
            for name, (kind, key) in asked.items()
            if key in seen_rows.get(kind, ())
        }

    @database_sync_to_async
    def _versions(self) -> dict[str, int]:
        asked = [_parsed(name) for name in self.watching]
        shown = {
            "conversation": visible_conversations(self.user),
            "room": visible_rooms(self.user),
        }
        versions = {}
        for kind, rows in shown.items():
            keys = _keys(asked, kind)
            found = rows.filter(pk__in=keys).values_list("pk", "version") if keys else ()
            versions |= {str(key): version for key, version in found}
        return versions

    async def _note_watched(self) -> None:
        asked = [_parsed(name) for name in self.watching]
        shown = _keys(asked, "conversation") + _keys(asked, "room")
        if shown:
            await database_sync_to_async(live.note_watched)(shown)


def _parsed(name: str) -> tuple[str, UUID | None]:
    kind, _separator, key = name.partition(":")
    try:
        return kind, UUID(key)
    except ValueError:
        return "", None


def _key(name: str) -> UUID:
    return _parsed(name)[1]


def _ids(rows, keys: list) -> set[UUID]:
    return set(rows.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _keys(asked, kind: str) -> list[UUID]:
    return [key for asked_kind, key in asked if asked_kind == kind]
