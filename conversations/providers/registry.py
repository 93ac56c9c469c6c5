"""The providers this house knows, by name. Filled in ConversationsConfig.ready."""

from conversations.providers.base import Provider

_providers: dict[str, Provider] = {}


class UnknownProvider(KeyError):
    """No provider of that name is registered; the text says which are."""

    def __str__(self) -> str:
        """Name the missing one and the known ones."""
        return f"There is no provider {self.args[0]!r}; known are: {', '.join(sorted(_providers))}."


def register(provider: Provider) -> None:
    """Make a provider known under its own name; a second one of that name replaces the first."""
    _providers[provider.name] = provider


def get(name: str) -> Provider:
    """Return the provider of a Channel.provider; raises UnknownProvider."""
    try:
        return _providers[name]
    except KeyError:
        raise UnknownProvider(name) from None


def all() -> list[Provider]:
    """Return every registered provider in the order of registration."""
    return list(_providers.values())
