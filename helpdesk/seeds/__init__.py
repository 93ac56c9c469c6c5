"""What a new installation starts with, and the little worlds to look at.

installation.py   the first start: administrator, queue, welcome bot, first channel
furniture.py      what a scenario is furnished with: queues, people, customers, replies
story.py          five verbs in which a conversation is told: writes, answers, waits, takes, closes
scenarios/        one file per world: `manage.py seed busy_monday`
"""

from helpdesk.seeds.installation import first_start
from helpdesk.seeds.scenarios.demo import demo

__all__ = ["demo", "first_start"]
