from bots.engine.matching import Option
from bots.engine.rendering import menu_message


def options(*titles):
    return [Option(f"o{number}", title) for number, title in enumerate(titles)]


def test_up_to_three_short_options_are_buttons():
    message = menu_message("Oi", options("Sim", "Não"), "n", "Opções")
    assert message.payload == {
        "type": "button",
        "buttons": [{"id": "n:o0", "title": "Sim"}, {"id": "n:o1", "title": "Não"}],
    }


def test_four_to_ten_options_are_a_list_with_numbers_in_the_text():
    message = menu_message("Oi", options("A", "B", "C", "D"), "n", "Opções")
    assert message.body == "Oi\n\n1. A\n2. B\n3. C\n4. D"
    assert message.payload["type"] == "list" and message.payload["button"] == "Opções"
    assert [row["id"] for row in message.payload["sections"][0]["rows"]] == [
        "n:o0",
        "n:o1",
        "n:o2",
        "n:o3",
    ]


def test_a_title_too_long_for_a_button_makes_a_list_and_keeps_its_whole_text():
    long_title = "Segunda via do boleto em atraso"
    message = menu_message("Oi", options(long_title), "n", "Opções")
    row = message.payload["sections"][0]["rows"][0]
    assert len(row["title"]) <= 24 and row["description"] == long_title


def test_more_than_ten_options_are_plain_numbered_text():
    message = menu_message("Oi", options(*"ABCDEFGHIJK"), "n", "Opções")
    assert message.kind == "text" and message.body.endswith("11. K")
