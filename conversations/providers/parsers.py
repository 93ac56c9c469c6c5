"""Which parser reads a stored body: the one of the provider whose door took it in. Pure."""

from collections.abc import Callable
from datetime import datetime

from conversations.providers.base import Event, WorkPart
from conversations.providers.cloud.parse import parse_body as read_cloud
from conversations.providers.gateway.parse import parse_body as read_gateway

Parser = Callable[[bytes, datetime | None], dict[WorkPart, list[tuple[int, Event]]]]

# The Cloud API's door knows no channel before it has read the body, so its events name none.
_OF_PROVIDER: dict[str, Parser] = {"gateway": read_gateway}


def parser_of(provider_name: str) -> Parser:
    """Return the parser for the bodies of a provider; '' and what is not named speak Cloud API."""
    return _OF_PROVIDER.get(provider_name, read_cloud)
