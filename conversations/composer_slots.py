"""Slots in the composer: places above the text that floors above fill when they are ready.

A floor registers in its AppConfig.ready: `composer_slots.register("suggestions", Suggestions())`.
"""

from typing import Protocol

import structlog
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

log = structlog.get_logger(__name__)


class ComposerSlot(Protocol):
    """What fills a slot."""

    template: str

    def context(self, conversation, user) -> dict | None:
        """Return what its template shows to this person in this conversation; None for nothing."""


_slots: dict[str, ComposerSlot] = {}


def register(name: str, slot: ComposerSlot) -> None:
    """Put something above the composer's text, after what is there; the same name replaces."""
    _slots[name] = slot


def unregister(name: str) -> None:
    """Take it away again."""
    _slots.pop(name, None)


def render(conversation, request) -> SafeString:
    """Return the filled slots in the order they were registered. One that fails is left out: people
    write on without it."""
    parts = []
    for name, slot in _slots.items():
        try:
            parts.append(_rendered(slot, conversation, request))
        except Exception:
            log.exception("composer.slot_failed", slot=name)
    return mark_safe("".join(parts))


def _rendered(slot: ComposerSlot, conversation, request) -> str:
    context = slot.context(conversation, request.user)
    if context is None:
        return ""
    return render_to_string(slot.template, {**context, "conversation": conversation}, request)
