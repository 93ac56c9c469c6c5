"""What the phone's screen shows: messages as WhatsApp draws them, newest last."""

from collections import defaultdict
from datetime import datetime

from django.utils import timezone

from conversations.models import SimulatorMessage, SimulatorPhone
from conversations.providers.simulator import templates
from conversations.providers.simulator.drawing import Bubble, Shelf, draw, media_parts, summary

SHOWN = 80
REACTIONS = ("👍", "❤️", "😂", "😮", "🙏")


def bubbles(phone: SimulatorPhone) -> list[Bubble]:
    """Return what is on the screen now, at most the last SHOWN messages."""
    messages = phone.messages.shown().exclude(kind__in=("edit", "revoke"))
    if phone.cleared_at:
        messages = messages.filter(accepted_at__gt=phone.cleared_at)
    newest = list(messages.order_by("-accepted_at", "-id")[: SHOWN * 2])[::-1]
    shelf = _shelf(phone, newest)
    shown = [draw(message, shelf) for message in newest if message.kind != "reaction"][-SHOWN:]
    _add_reactions(shown, [message for message in newest if message.kind == "reaction"])
    _add_breaks(shown)
    return shown


def is_typing(phone: SimulatorPhone, now: datetime) -> bool:
    """Whether we have told WhatsApp that somebody is writing to this person."""
    return phone.typing_until is not None and phone.typing_until > now


def _shelf(phone: SimulatorPhone, messages: list[SimulatorMessage]) -> Shelf:
    """Two queries for whatever all of the messages need."""
    ids = {
        part["id"]
        for message in messages
        for part in media_parts(message).values()
        if part.get("id")
    }
    files = phone.channel.simulator_media.filter(media_id__in=ids) if ids else []
    return Shelf(
        files={file.media_id: file for file in files},
        templates=templates.stored(phone.channel, messages),
        texts={message.wamid: summary(message) for message in messages},
    )


def _add_reactions(shown: list[Bubble], reactions: list[SimulatorMessage]) -> None:
    """Each side's last reaction counts; without an emoji it takes the earlier one away."""
    latest: dict[str, dict[str, str]] = defaultdict(dict)
    for reaction in reactions:
        emoji = reaction.payload["reaction"].get("emoji", "")
        latest[reaction.target_wamid][reaction.direction] = emoji
    for bubble in shown:
        found = latest.get(bubble.message.wamid, {})
        bubble.reactions = [emoji for emoji in found.values() if emoji]
        bubble.my_reaction = found.get(SimulatorMessage.Direction.IN, "")


def _add_breaks(shown: list[Bubble]) -> None:
    before = None
    for bubble in shown:
        day = timezone.localdate(bubble.message.accepted_at)
        if before is None or timezone.localdate(before.message.accepted_at) != day:
            bubble.day = day
        bubble.starts = before is not None and before.is_mine != bubble.is_mine
        before = bubble
