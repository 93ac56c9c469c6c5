"""What can be wrong with a flow, as data: pages put it into words (`bots/problems.py`)."""

from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. node: where, '' for the flow as a whole. detail: exit, label...

    An error keeps the flow from being published, a warning does not.
    """

    code: str
    node: str = ""
    detail: str = ""
    severity: str = ERROR
