"""Valid message bodies, to be bent by the tests."""


def message(kind: str = "text", part=None, **extra) -> dict:
    part = part if part is not None else {"body": "Olá"}
    return {
        "messaging_product": "whatsapp",
        "to": "+5511987654321",
        "type": kind,
        kind: part,
        **extra,
    }


def buttons(*titles: str) -> dict:
    replies = [
        {"type": "reply", "reply": {"id": f"b{n}", "title": t}} for n, t in enumerate(titles)
    ]
    part = {"type": "button", "body": {"text": "Escolha"}, "action": {"buttons": replies}}
    return message("interactive", part)


def rows(*sizes: int) -> dict:
    """A list with one section per size."""
    sections = [
        {"title": f"S{s}", "rows": [{"id": f"{s}-{r}", "title": f"Item {r}"} for r in range(size)]}
        for s, size in enumerate(sizes)
    ]
    action = {"button": "Ver opções", "sections": sections}
    return message("interactive", {"type": "list", "body": {"text": "Escolha"}, "action": action})
