"""Everything of a day's work by keyboard; single keys never while a field has the cursor."""

import re

import pytest
from playwright.sync_api import expect

from conversations.shortcuts import GROUPS

pytestmark = pytest.mark.browser


def test_j_k_and_enter_walk_the_list_and_open(desk_of, zeca):
    page = desk_of("ana").open("/inbox/?tab=waiting")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(".convo").first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/conversations/"))
    expect(first).to_have_attribute("aria-current", "true")


def test_a_takes_slash_writes_n_notes_f_gives_back(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    page.keyboard.press("a")
    page.wait_for_selector('[data-standing="mine"]')
    page.keyboard.press("/")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#composer")).to_have_attribute("data-mode", "note")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.fill("#return-reason", "almoço")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-standing="waiting"]')


def test_letters_in_a_field_are_letters(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    page.fill("#composer-text", "")
    page.locator("#composer-text").press_sequentially("aetnfjk?")
    expect(page.locator("#composer-text")).to_have_value("aetnfjk?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("[data-standing=waiting]")).to_have_count(1)


def test_shift_enter_is_a_new_line(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    page.locator("#composer-text").press_sequentially("um")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dois")
    expect(page.locator("#composer-text")).to_have_value("um\ndois")


def test_the_help_lists_only_what_exists_and_gives_the_focus_back(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    opener = page.locator(".convo").first if page.locator(".convo").count() else page.locator("#me")
    opener.focus()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    listed = set(page.locator("#help .kbd").all_text_contents())
    keys = {cap for group in GROUPS for one in group.shortcuts for cap in one.caps}
    # Whose pages she may not open (g l, g n) are not there; their letters stand for others, too.
    assert listed == keys
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_slash_calls_canned_responses_filled_in(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    page.locator("#composer-text").press_sequentially("/")
    expect(page.locator("#canned [role=option]:visible")).to_have_count(2)
    page.keyboard.type("oi")
    expect(page.locator("#canned [role=option]:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    first_name = zeca.name.split()[0]
    expect(page.locator("#composer-text")).to_have_value(f"Oi, {first_name}, bom dia!")
    expect(page.locator("#canned")).to_be_hidden()


def test_arrows_choose_a_canned_response_and_escape_leaves(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    page.locator("#composer-text").press_sequentially("/")
    expect(page.locator("#canned [role=option]:visible")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#canned [aria-selected=true]")).to_contain_text("/oi")
    page.keyboard.press("Escape")
    expect(page.locator("#canned")).to_be_hidden()
    expect(page.locator("#composer-text")).to_have_value("/")
