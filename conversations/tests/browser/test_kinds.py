"""A conversation with every kind that comes in: readable in both themes, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE, WIDE
from conversations.tests.browser.test_looks import assert_accessible
from conversations.tests.providers.kinds import KINDS, MEDIA

pytestmark = pytest.mark.browser
THEIRS = {"from", "id", "timestamp"}
EDITED, REVOKED = "Rua Velha, 10", "minha senha é 1234"
IS_WITHIN = "node => node.scrollWidth <= node.clientWidth"


def send(zeca, message: dict) -> str:
    content = {key: part for key, part in message.items() if key not in THEIRS}
    return zeca.house.graph.customer_says(zeca.phone, name=zeca.name, message=content)


def send_every_kind(zeca) -> int:
    """Send a message of each kind but the files, one that is edited and one that is deleted."""
    kinds = [name for name in KINDS if name not in MEDIA]
    for name in kinds:
        send(zeca, KINDS[name].wire())
    edited, revoked = (
        send(zeca, {"type": "text", "text": {"body": body}}) for body in (EDITED, REVOKED)
    )
    inner = {"type": "text", "text": {"body": "Rua Nova, 12"}}
    send(zeca, {"type": "edit", "edit": {"original_message_id": edited, "message": inner}})
    send(zeca, {"type": "revoke", "revoke": {"original_message_id": revoked}})
    send(zeca, {"type": "reaction", "reaction": {"message_id": edited, "emoji": "👍"}})
    return len(kinds) + 2


def test_every_kind_is_accessible_in_both_themes_and_sizes(desk_of, zeca):
    count = send_every_kind(zeca)
    for scheme, viewport in [("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)]:
        desk = desk_of("ana", viewport=viewport, color_scheme=scheme)
        page = desk.open(zeca.path)
        expect(page.locator(".thread [data-message]")).to_have_count(count + 1)  # and their first
        for place in (".edits", ".retracted", ".reaction"):
            expect(page.locator(place)).to_have_count(1)
        page.locator(".edits summary").click()
        expect(page.get_by_text(EDITED)).to_be_visible()
        expect(page.get_by_text(REVOKED)).to_be_hidden()
        page.locator(".retracted summary").click()
        expect(page.get_by_text(REVOKED)).to_be_visible()
        assert page.locator(".thread-scroll").evaluate(IS_WITHIN)
        assert_accessible(desk)


def test_a_card_is_added_with_the_keyboard(desk_of, zeca):
    send(zeca, KINDS["contacts"].wire())
    page = desk_of("ana").open(zeca.path)
    page.locator(".act-add-customer").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="Dona Ivone")).to_be_visible()


def test_a_quote_leads_to_an_original_that_was_not_loaded_yet(desk_of, zeca):
    original = send(zeca, {"type": "text", "text": {"body": "a primeira de todas"}})
    for number in range(60):
        zeca.says(f"linha {number}")
    assert zeca.house.graph.drain()
    text = {"type": "text", "text": {"body": "lembra?"}}
    send(zeca, text | {"context": {"from": "55", "id": original}})
    page = desk_of("ana").open(zeca.path)
    quote = page.locator(".quote", has_text="a primeira de todas")
    expect(quote).to_be_visible()
    page.reload()
    expect(page.locator(".msg", has_text="a primeira de todas")).to_have_count(1)  # the quote
    quote.click()
    expect(page.locator(".msg[data-jumped]", has_text="a primeira de todas")).to_be_in_viewport()
