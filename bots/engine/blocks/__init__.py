"""The registry of blocks: one line per kind."""

from bots.engine.blocks.base import Block
from bots.engine.blocks.close import Close
from bots.engine.blocks.condition import Condition
from bots.engine.blocks.hours import Hours
from bots.engine.blocks.jump import Jump
from bots.engine.blocks.menu import Menu
from bots.engine.blocks.message import Message
from bots.engine.blocks.question import Question
from bots.engine.blocks.transfer import Transfer
from bots.engine.blocks.wait import Wait

BLOCKS: dict[str, Block] = {
    "message": Message(),
    "menu": Menu(),
    "question": Question(),
    "condition": Condition(),
    "hours": Hours(),
    "wait": Wait(),
    "jump": Jump(),
    "transfer": Transfer(),
    "close": Close(),
}
