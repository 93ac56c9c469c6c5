"""What somebody wants to hear of, and when: the one place that pages and browsers obey. Pure.

What is chosen lies in `User.preferences["hearing"]`; what is missing there, or cannot be, is the
default. A notification itself is always written: this decides only how it is told.
"""

from dataclasses import dataclass
from datetime import datetime, time

SOUNDS = ("drop", "bell", "wood", "chime", "low")
SILENT = "none"
KINDS = ("message", "assigned", "mentioned", "waiting", "room")
DEFAULTS = {
    "sounds": True,
    "volume": 40,
    # Which browsers are woken, their owners say in each of them, by a button.
    "push": True,
    # What is woken may lie on a table: without it no name leaves the house.
    "push_names": False,
    "quiet_until": "",
    "quiet_from": "",
    "quiet_to": "",
    "quiet_away": True,
    "tell_message": True,
    "tell_assigned": True,
    "tell_mentioned": True,
    "tell_waiting": True,
    "tell_room": True,
    "sound_message": "drop",
    "sound_assigned": "bell",
    "sound_mentioned": "bell",
    "sound_waiting": "low",
    "sound_room": "wood",
}
LOUDEST = 100


@dataclass(frozen=True, slots=True)
class Telling:
    """How one notification is told: shown in a toast, with a sound, by waking a browser."""

    shows: bool = False
    sound: str = ""
    volume: int = 0
    pushes: bool = False


UNTOLD = Telling()


def hearing_of(preferences: dict) -> dict:
    """Return what somebody has chosen, complete and possible, whatever lies in the preferences."""
    chosen = preferences.get("hearing") if isinstance(preferences, dict) else None
    chosen = chosen if isinstance(chosen, dict) else {}
    return {
        key: chosen[key] if _is_possible(key, chosen.get(key)) else default
        for key, default in DEFAULTS.items()
    }


def telling(preferences: dict, kind: str, *, at: datetime, availability: str) -> Telling:
    """Decide how somebody is told of a notification of this kind; `at` is in their time zone."""
    chosen = hearing_of(preferences)
    if not chosen.get(f"tell_{kind}", True) or is_quiet(chosen, at, availability):
        return UNTOLD
    sound = chosen.get(f"sound_{kind}", SILENT)
    is_heard = chosen["sounds"] and chosen["volume"] > 0 and sound != SILENT
    return Telling(
        shows=True,
        sound=sound if is_heard else "",
        volume=chosen["volume"] if is_heard else 0,
        pushes=chosen["push"],
    )


def is_quiet(chosen: dict, at: datetime, availability: str) -> bool:
    """Whether somebody is not to be disturbed now."""
    if chosen["quiet_away"] and availability == "away":
        return True
    until = _moment(chosen["quiet_until"])
    if until is not None and at < until:
        return True
    return is_within(at.time(), chosen["quiet_from"], chosen["quiet_to"])


def is_within(now: time, start: str, end: str) -> bool:
    """Whether a time of day lies in daily hours, which may go over midnight; the end is outside."""
    begins, ends = _clock(start), _clock(end)
    if begins is None or ends is None or begins == ends:
        return False
    if begins < ends:
        return begins <= now < ends
    return now >= begins or now < ends


def _is_possible(key: str, value) -> bool:
    if type(value) is not type(DEFAULTS[key]):
        return False
    if key == "volume":
        return 0 <= value <= LOUDEST
    if key.startswith("sound_"):
        return value in (*SOUNDS, SILENT)
    if key == "quiet_until":
        return not value or _moment(value) is not None
    if key in ("quiet_from", "quiet_to"):
        return not value or _clock(value) is not None
    return True


def _moment(text: str) -> datetime | None:
    """Return a moment with its offset, None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _clock(text: str) -> time | None:
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        return None
    return clock if clock.tzinfo is None else None
