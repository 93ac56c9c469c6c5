"""A sample of each incoming type (spec/03, 2.1 and 2.2), and how it reads on the page and in the list."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conversations.tests.providers import payloads

CARD = {
    "name": {"formatted_name": "Dona Ivone", "first_name": "Ivone"},
    "phones": [{"phone": "+55 21 98888-7777", "wa_id": "5521988887777", "type": "CELL"}],
    "emails": [{"email": "ivone@exemplo.com.br", "type": "WORK"}],
    "org": {"company": "Padaria Pão da Vila", "title": "Gerente"},
}
AD = {
    "source_url": "https://fb.me/3xAmple", "source_id": "120", "source_type": "ad",
    "headline": "Fibra 500 mega", "body": "Instalação grátis", "media_type": "image",
    "image_url": "https://scontent.example/x.jpg", "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ",
}  # fmt: skip
ORDER = {
    "catalog_id": "194836987003835",
    "text": "Para sábado",
    "product_items": [
        {"product_retailer_id": "roteador-ax", "quantity": 2, "item_price": 199.9, "currency": "BRL"},
        {"product_retailer_id": "cabo-5m", "quantity": "1", "item_price": "10.20", "currency": "BRL"},
    ],
}  # fmt: skip
ANSWERS = json.dumps(
    {"screen_0_Nome_completo_0": "José da Silva", "turno": ["manhã", "tarde"], "flow_token": "s3cr"}
)


@dataclass(frozen=True)
class Kind:
    """One row of the contract: how to build it, what Ana then sees, what the list says."""

    wire: Callable[[], dict[str, Any]]
    shows: list[str]
    preview: str
    hides: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


def media(kind: str, mime_type: str, **content: Any) -> Callable[[], dict]:
    return lambda: payloads.media_message(kind, mime_type, **content)


def interactive(type_name: str, **reply: Any) -> Callable[[], dict]:
    return lambda: payloads.message("interactive", {"type": type_name, type_name: reply})


def unsupported(code: int, type_name: str = "") -> Callable[[], dict]:
    error = {"code": code, "title": "Message type unknown"}
    more = {"unsupported": {"type": type_name}} if type_name else {}
    return lambda: payloads.message("unsupported", errors=[error], **more)


def system(type_name: str, **said: Any) -> Callable[[], dict]:
    return lambda: payloads.message("system", {"type": type_name, "body": "Algo mudou", **said})


def text(**more: Any) -> Callable[[], dict]:
    return lambda: payloads.text_message("Bom dia", **more)


KINDS: dict[str, Kind] = {
    "text": Kind(text(), ['<span class="text">Bom dia</span>'], "Bom dia"),
    "image": Kind(media("image", "image/jpeg", caption="O roteador"), ["O roteador"], "O roteador"),
    "video": Kind(media("video", "video/mp4"), ["Being downloaded"], "Video"),
    "audio": Kind(media("audio", "audio/mpeg", voice=False), ["Being downloaded"], "Audio"),
    "voice note": Kind(
        media("audio", "audio/ogg; codecs=opus", voice=True), ["Being downloaded"], "Voice message"
    ),
    "type voice": Kind(media("voice", "audio/ogg"), ["Being downloaded"], "Voice message"),
    "document": Kind(
        media("document", "application/pdf", filename="boleto.pdf"), ["boleto.pdf"], "boleto.pdf"
    ),
    "sticker": Kind(media("sticker", "image/webp", animated=False), ["Being downloaded"], "Sticker"),
    "media that WhatsApp could not download": Kind(
        lambda: payloads.message("image", errors=[{"code": 131052, "title": "Media download error"}]),
        ["The customer sent a picture.", "larger than 100 MB", "131052"],
        "Not shown by WhatsApp: a picture",
    ),
    "location": Kind(
        lambda: payloads.message(
            "location",
            {"latitude": -22.9, "longitude": -43.2, "name": "Casa", "address": "Rua A, 10",
             "url": "https://exemplo.test/casa"},
        ),  # fmt: skip
        ["<b>Casa</b>", "Rua A, 10", "-22.9, -43.2", "query=-22.9%2C-43.2", 'rel="noopener noreferrer',
         'href="https://exemplo.test/casa"'],
        "Location: Casa, Rua A, 10",
        hides=["<iframe", "tile"],
    ),  # fmt: skip
    "contacts": Kind(
        lambda: payloads.message("contacts", [CARD]),
        ["<b>Dona Ivone</b>", "98888-7777", "ivone@exemplo.com.br", "Gerente, Padaria Pão da Vila",
         'form="add-customer-form"'],
        "Contact card: Dona Ivone",
    ),  # fmt: skip
    "contacts from a contact request": Kind(
        lambda: payloads.message("contacts", [CARD | {"origin": "other", "vcard": "BEGIN:VCARD"}]),
        ["<b>Dona Ivone</b>"],
        "Contact card: Dona Ivone",
        hides=["BEGIN:VCARD"],
    ),
    "interactive button_reply": Kind(payloads.button_reply, ["Tapped:", "Financeiro"], "Financeiro"),
    "interactive list_reply": Kind(
        interactive("list_reply", id="1", title="Suporte", description="Sem internet"),
        ["Tapped:", "Suporte", "Sem internet"],
        "Suporte",
    ),
    "interactive nfm_reply": Kind(
        lambda: payloads.flow_reply(ANSWERS),
        ["Filled in the form", "<dt>Nome completo</dt><dd>José da Silva</dd>", "<dd>manhã, tarde</dd>"],
        "screen_0_Nome_completo_0: José da Silva, turno: [\"manhã\", \"tarde\"]",
        hides=["s3cr"],
    ),  # fmt: skip
    "interactive nfm_reply with invalid JSON": Kind(
        lambda: payloads.flow_reply("{not json"), ["Sent"], "Sent"
    ),
    "interactive call_permission_reply": Kind(
        interactive("call_permission_reply", response="accept"), ["Allowed us to call"], "accept"
    ),
    "interactive missing": Kind(
        lambda: payloads.message("interactive"),
        ["The customer sent an interactive message."],
        "Not shown by WhatsApp: an interactive message",
        more={"errors": [{"code": 131051, "title": "Unsupported"}]},
    ),
    "button": Kind(
        lambda: payloads.message("button", {"payload": "sim", "text": "Sim, confirmo"}),
        ["Tapped:", "Sim, confirmo"],
        "Sim, confirmo",
    ),
    "order": Kind(
        lambda: payloads.message("order", ORDER),
        ["Para sábado", "roteador-ax", "BRL 199.90", "cabo-5m", "BRL 410.00"],
        "Order: 2 products",
    ),
    "system user_changed_number": Kind(
        system("user_changed_number", wa_id="5521977776666"),
        ['data-entry="number"', "97777-6666"],
        "Changed their number",
    ),
    "system user_changed_user_id": Kind(
        system("user_changed_user_id", user_id="BR.2"),
        ['data-entry="user_id"'],
        "Changed their WhatsApp id",
    ),
    "system customer_identity_changed": Kind(
        system("customer_identity_changed"),
        ['data-entry="identity"', "Make sure whom you talk to"],
        "Security code changed",
    ),
    "system of another type": Kind(
        system("something_new"), ['data-entry="other"', "Algo mudou"], "Algo mudou"
    ),
    "unsupported 131051": Kind(
        unsupported(131051, "poll_creation"),
        ["The customer sent a poll.", "WhatsApp does not pass this on", "131051"],
        "Not shown by WhatsApp: a poll",
    ),
    "unsupported 131051 without a type": Kind(
        unsupported(131051),
        ["something that WhatsApp does not pass on", "131051"],
        "Not supported",
    ),
    "unsupported 131060": Kind(
        unsupported(131060, "media_placeholder"),
        ["The customer sent a file that was not there yet.", "also used in the app", "131060"],
        "Not shown by WhatsApp: a file that was not there yet",
    ),
    "unknown": Kind(
        lambda: payloads.message("unknown", errors=[{"code": 131051, "title": "Unknown"}]),
        ["something that WhatsApp does not pass on"],
        "Not supported",
    ),
    "request_welcome": Kind(
        lambda: payloads.message("request_welcome"), ['data-entry="welcome"'], "Opened the chat"
    ),
    "reaction to a message that is not named": Kind(
        lambda: payloads.message("reaction", {"emoji": "👍"}),
        ["The customer sent a reaction."],
        "Not shown by WhatsApp: a reaction",
    ),
    "anything else": Kind(
        lambda: payloads.message("hologram", {"depth": 3}),
        ["The customer sent “hologram”."],
        "Not shown by WhatsApp: “hologram”",
    ),
    "context forwarded": Kind(
        text(context={"forwarded": True}), ['data-forwarded="once"', "Forwarded"], "Bom dia"
    ),
    "context frequently_forwarded": Kind(
        text(context={"frequently_forwarded": True}), ["Forwarded many times"], "Bom dia"
    ),
    "context referred_product": Kind(
        text(context={"from": payloads.BUSINESS_NUMBER, "id": "wamid.x",
                      "referred_product": {"catalog_id": "1", "product_retailer_id": "roteador-ax"}}),
        ["Asks about the product <b>roteador-ax</b>"],
        "Bom dia",
    ),  # fmt: skip
    "context of a message unknown to us": Kind(
        text(context={"from": payloads.BUSINESS_NUMBER, "id": "wamid.unknown"}), ["Bom dia"], "Bom dia"
    ),
    "referral of an ad": Kind(
        text(referral=AD),
        ["Came from an ad", "<b>Fibra 500 mega</b>", "Instalação grátis", 'href="https://fb.me/3xAmple"'],
        "Bom dia",
        hides=["scontent.example", "ARAkLkA8rmlFeiCktEJQ"],
    ),
    "referral of a post on a picture": Kind(
        lambda: payloads.media_message(caption="Quero") | {"referral": AD | {"source_type": "post"}},
        ["Came from a post", "Open the post", "Quero"],
        "Quero",
    ),
}  # fmt: skip

# Files have tests of their own in a browser (browser/test_files.py).
MEDIA = {
    "image", "video", "audio", "voice note", "type voice", "document", "sticker",
    "referral of a post on a picture",
}  # fmt: skip
