"""What the engine says is what WhatsApp takes (spec/03, 3.1)."""

import pytest

from bots.engine.matching import Option
from bots.engine.rendering import menu_message
from conversations.providers import registry
from conversations.providers.base import OutboundMessage


@pytest.mark.parametrize("title", ["Boleto {}", "Segunda via do boleto em atraso número {}"])
@pytest.mark.parametrize("text", ["Oi", "x" * 1500])
@pytest.mark.parametrize("count", [1, 3, 4, 10, 11])
def test_a_menu_of_any_size_can_be_sent(count, text, title):
    options = [Option(f"opcao-{n}", title.format(n), "Descrição" * 9) for n in range(count)]
    message = menu_message(text, options, "menu", "Ver todas as nossas opções")
    registry.get("cloud").check(
        OutboundMessage(to="check", kind=message.kind, body=message.body, payload=message.payload)
    )
