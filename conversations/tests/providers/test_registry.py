import pytest

from conversations.providers import registry


class Pigeon:
    name = "pigeon"


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_providers", {})


def test_a_registered_provider_is_found_by_its_name():
    pigeon = Pigeon()
    registry.register(pigeon)
    assert registry.get("pigeon") is pigeon
    assert registry.all() == [pigeon]


def test_an_unknown_provider_is_named_with_the_known_ones():
    registry.register(Pigeon())
    with pytest.raises(registry.UnknownProvider, match="'owl'.*pigeon"):
        registry.get("owl")
