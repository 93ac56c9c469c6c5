"""The actions in an agent's hands, by keyboard alone."""

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.test_looks import STILL, assert_accessible

pytestmark = pytest.mark.browser
UNDO = ".toast:not([hidden]) [data-key=z]"


def take(page):
    page.keyboard.press("a")
    page.wait_for_selector('[data-standing="mine"]')


def test_taken_undone_taken_closed_and_closing_undone(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    # What has changed may come by the socket before the answer that brings the button.
    page.wait_for_selector(UNDO)
    page.keyboard.press("z")
    page.wait_for_selector('[data-standing="waiting"]')
    take(page)
    page.keyboard.press("e")
    page.fill("#close-note", "resolvido")
    if page.locator("#close-reason").count():
        page.select_option("#close-reason", index=1)
    page.locator("dialog[open] footer [data-kind=primary]").press("Enter")
    page.wait_for_selector('[data-standing="closed"]')
    expect(page.locator(".msg[data-status=queued]")).to_have_count(1)
    page.wait_for_selector("dialog[open]", state="detached")
    expect(page.locator(UNDO)).to_have_count(1)
    page.keyboard.press("z")
    page.wait_for_selector('[data-standing="mine"]')
    expect(page.locator(".msg[data-status=queued]")).to_have_count(0)
    expect(page.locator(UNDO)).to_have_count(0)


def test_snoozed_until_the_customer_writes(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.keyboard.press("s")
    expect(page.locator("dialog[open] [name=until]").first).to_be_focused()
    page.keyboard.press("ArrowUp")  # from the first around to the last: until the customer writes
    page.keyboard.press("Enter")
    expect(page.locator("#conversation-head .badge")).to_be_visible()
    zeca.says("Voltou?")
    expect(page.locator("#conversation-head .badge")).to_have_count(0)


def test_a_colleague_is_named_in_a_note_and_hears_of_it(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    page.keyboard.press("n")
    page.locator("#composer-text").press_sequentially("@cel")
    expect(page.locator("#mention-list [role=option]:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("@celia ")
    page.keyboard.type("pode ver?")
    page.keyboard.press("Enter")
    expect(page.locator("mark.mention")).to_have_text("@celia")


def test_from_anywhere_to_a_customer_and_to_an_action(desk_of, zeca):
    page = desk_of("ana").open("/profile/")
    page.keyboard.press("Control+k")
    field = page.locator("#command input")
    expect(field).to_be_focused()
    field.press_sequentially(zeca.name)
    wanted = page.locator(f"#command [role=option][data-href*='{zeca.conversation}']")
    expect(wanted).to_be_visible()
    while wanted.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#conversation[data-standing]")
    page.keyboard.press("Control+k")
    expect(page.locator("#command [data-press=a]")).to_be_visible()
    expect(page.locator("#command [data-press=r]")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-standing="mine"]')


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dialogs_and_pages_are_accessible(desk_of, zeca, scheme):
    desk = desk_of("celia", color_scheme=scheme, **STILL)
    page = desk.open(zeca.path)
    take(page)
    for key in ("s", "p", "l", "Control+k"):
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert_accessible(desk)
        page.keyboard.press("Escape")
    page.goto(f"{desk.house.url}/tags/")
    assert_accessible(desk)
    page.locator("header [data-kind=primary]").click()
    page.wait_for_selector("dialog[open]")
    assert_accessible(desk)
