"""Slots in the customer's panel and profile: cards of what floors above know about a customer.

A floor registers in its AppConfig.ready: `panel_slots.register("erp", ErpCard())`. A card is asked
each time a customer is shown, so it answers from what is stored here; one that has to ask elsewhere
shows a place that loads itself (`hx-get` of an address of its own, `hx-trigger="load"`).
"""

from dataclasses import dataclass
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)


class PanelCard(Protocol):
    """What fills a slot."""

    template: str  # rendered with `customer`, `facts`, and `box`: the class of the surrounding part
    position: int  # smaller ones come first

    def facts(self, customer, user) -> dict[str, Any] | None:
        """Return what the card's template needs; None when there is nothing to show."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card with its facts, ready for the page."""

    name: str
    template: str
    facts: dict[str, Any]


_cards: dict[str, PanelCard] = {}


def register(name: str, card: PanelCard) -> None:
    """Fill a slot; the same name again replaces the card."""
    _cards[name] = card


def unregister(name: str) -> None:
    """Empty a slot, as tests do."""
    _cards.pop(name, None)


def cards_for(customer, user) -> list[ShownCard]:
    """Return the cards to show; one that fails is left out and logged: the panel is needed."""
    shown = []
    for name, card in sorted(_cards.items(), key=lambda item: (item[1].position, item[0])):
        try:
            facts = card.facts(customer, user)
        except Exception:
            log.exception("panel.card_failed", card=name)
            facts = None
        if facts is not None:
            shown.append(ShownCard(name, card.template, facts))
    return shown
