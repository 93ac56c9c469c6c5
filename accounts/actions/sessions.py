"""Sessions of people: begun at login, ended by themselves, by an administrator or by time.

A session ends after an hour without use and after twelve in any case (site settings). Used means
that a person did something: opened a page, sent a form, or moved in an open page, which then says
so (views/activity.py). What pages ask for by themselves, and their sockets' heartbeats, do not count.
"""

from collections import defaultdict
from uuid import UUID

from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import events
from accounts.addresses import client_address
from accounts.models import User, UserSession

DEVICE_LENGTH = 200
NOTED_EVERY_SECONDS = 60
CHECKED_EVERY_SECONDS = 30


def start_session(user: User, request) -> None:
    """Remember whose session this is, from which device and address; forget expired ones."""
    if request.session.session_key is None:
        request.session.save()
    now = timezone.now()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "device": request.headers.get("User-Agent", "")[:DEVICE_LENGTH],
            "address": client_address(request),
            "last_seen_at": now,
        },
    )
    # Fresh: nothing to write or to check for the next moments.
    note_use(request.session.session_key)
    has_to_be_checked(request.session.session_key)
    living = Session.objects.values("session_key")
    UserSession.objects.filter(user=user).exclude(session_key__in=living).delete()


def note_use(session_key: str) -> None:
    """Remember that a person has used this session just now; written once a minute at most."""
    if cache.add(f"session-used:{session_key}", True, NOTED_EVERY_SECONDS):
        UserSession.objects.filter(session_key=session_key).update(last_seen_at=timezone.now())


def has_to_be_checked(session_key: str) -> bool:
    """Whether it is time to look whether this session is over: twice a minute."""
    return cache.add(f"session-checked:{session_key}", True, CHECKED_EVERY_SECONDS)


def end_session(session: UserSession) -> None:
    """End one session; its sockets close within seconds."""
    _end(UserSession.objects.filter(pk=session.pk))


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """Log somebody out everywhere, but for the session key to keep; return how many ended."""
    return _end(UserSession.objects.filter(user=user).exclude(session_key=keep or ""))


def end_stale_sessions() -> int:
    """End the sessions whose time is over; return how many."""
    return _end(UserSession.objects.stale())


def after_new_password(user: User, request) -> None:
    """Log out every other session of whoever has a new password.

    They need not change it again if they chose it themselves; if somebody else did, they must.
    """
    is_own = request.user == user or request.user.is_anonymous
    user.must_change_password = not is_own
    user.save(update_fields=["must_change_password"])
    end_sessions(user, keep=request.session.session_key)
    if request.user == user:
        # Django has given this session a new key.
        start_session(user, request)


def forget_session(session_key: str | None) -> None:
    """Drop the record of a session that has just been logged out."""
    UserSession.objects.filter(session_key=session_key).delete()


def _end(sessions) -> int:
    with transaction.atomic():
        keys_of: dict[UUID, list[str]] = defaultdict(list)
        for user_id, key in sessions.values_list("user_id", "session_key"):
            keys_of[user_id].append(key)
        keys = [key for several in keys_of.values() for key in several]
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
        for user_id, ended in keys_of.items():
            events.publish(events.sessions_ended, user_id, session_keys=ended)
    return len(keys)
