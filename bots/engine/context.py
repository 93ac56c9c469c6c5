"""All that a step may know about the world. Everything comes in; nothing is looked up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_VARIABLE = re.compile(r"(,?[ \t]*)\{\{\s*([\w.]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What a flow may know about a queue at this moment."""

    key: str
    name: str = ""
    is_open: bool = True
    closed_text: str = ""  # said on a hand-over outside business hours


@dataclass(frozen=True, slots=True)
class Texts:
    """What the bot says where a flow has no words of its own, in the site's language."""

    not_understood: str = "Sorry, I did not understand."
    choose: str = "Options"
    closed: str = ""
    handing_over: str = ""
    failed: str = ""
    yes: str = "Yes"
    no: str = "No"


@dataclass(frozen=True)
class Context:
    """The facts of one step.

    customer: name, first_name, city, attributes and so on. queue: key of the conversation's own.
    queues: by key and by name; may be filled lazily, as only hand-overs and hours look into it.
    """

    customer: dict[str, Any] = field(default_factory=dict)
    protocol: str = ""
    site: dict[str, Any] = field(default_factory=dict)
    channel: dict[str, Any] = field(default_factory=dict)
    queue: str = ""
    queues: Mapping[str, QueueFacts] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts)

    def queue_facts(self, key: str | None) -> QueueFacts:
        """Return the facts of a queue by key or name; of the conversation's own when unknown."""
        found = self.queues.get(key) if key else None
        return found or self.queues.get(self.queue) or QueueFacts(self.queue)

    def variables(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return what texts and conditions may name."""
        return {
            "customer": self.customer,
            "protocol": self.protocol,
            "site": self.site,
            "channel": self.channel,
            "answers": answers,
        }


def lookup(variables: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path such as customer.first_name, None when there is none."""
    value: Any = variables
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def fill_in(text: str, variables: Mapping[str, Any]) -> str:
    """Return the text with `{{customer.first_name}}` and the like filled in.

    What is unknown or empty vanishes with the comma or blank before it: 'Oi, {{...}}!' -> 'Oi!'.
    Values are put in as they are and never looked at again, so a customer cannot inject any.
    """

    def value_of(match: re.Match) -> str:
        value = lookup(variables, match[2])
        return "" if value in (None, "") else f"{match[1]}{value}"

    return _VARIABLE.sub(value_of, text).strip()
