"""A provider on its first day: everything is set up and nobody has written yet."""

from helpdesk.seeds.installation import first_start
from helpdesk.seeds.provider import furnish


def seed() -> list[str]:
    """Make it; return the new logins."""
    return [*first_start(), *furnish().logins()]
