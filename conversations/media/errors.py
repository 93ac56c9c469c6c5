"""What a file can be refused for."""

from conversations.providers.cloud.limits import Problem


class Unreadable(ValueError):
    """A picture or recording that cannot be decoded, or that costs too much to decode."""


class Unsendable(ValueError):
    """A file that WhatsApp would not take; `problem` says why, for the person who chose it."""

    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem
