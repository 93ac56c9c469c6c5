"""The welcome bot that a new installation starts with: a menu for a small internet provider.

What it says is content, not interface: a supervisor edits it, so the flow is a file in Portuguese,
in the very format that flows are imported and exported in.
"""

import json
from pathlib import Path

from bots.actions.flows import publish, save_draft
from bots.models import Bot, Flow

READY_MADE = Path(__file__).parent / "flows"
WELCOME_KEY = "boas-vindas"


def create_welcome_bot() -> Bot:
    """Return the default bot, made with its published welcome menu when there is none yet.

    Changes nothing that exists: a bot or a flow that somebody has edited stays as it is. The flow
    names its queues; where one of that name does not exist the conversation's own is used.
    """
    bot = Bot.objects.filter(is_default=True).first()
    if bot is not None:
        return bot
    flow, is_new = Flow.objects.get_or_create(
        key=WELCOME_KEY, defaults={"name": "Atendimento inicial"}
    )
    if is_new:
        save_draft(flow, ready_made(WELCOME_KEY))
        publish(flow)
    bot, _ = Bot.objects.get_or_create(
        name="Robô de boas-vindas", defaults={"flow": flow, "is_default": True}
    )
    return bot


def ready_made(name: str) -> dict:
    """Return the definition of a flow that comes with the product."""
    return json.loads((READY_MADE / f"{name}.json").read_text(encoding="utf-8"))
