"""The list moves when it may, and only then."""

import re

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import next_second

pytestmark = pytest.mark.browser


def order(page) -> list[str]:
    return page.locator(".convo").evaluate_all("rows => rows.map(row => row.dataset.open)")


def test_new_activity_moves_a_row_to_the_top(desk_of, zeca):
    page = desk_of("celia").open("/inbox/?tab=all")
    zeca.says("Subi")
    expect(page.locator(".convo").first).to_have_attribute("data-open", zeca.conversation)


def test_under_the_pointer_rows_change_in_place_and_move_when_it_leaves(desk_of, zeca, house):
    page = desk_of("celia").open("/inbox/?tab=all")
    zeca.says("primeiro")
    expect(page.locator(".convo").first).to_have_attribute("data-open", zeca.conversation)
    other = house.furnished["customers"].pop(0)
    house.graph.customer_says(other["phone"], "segundo")
    expect(page.locator(".convo").first).to_have_attribute("data-open", other["conversation"])
    page.locator(".convo").nth(3).hover()
    before = order(page)
    next_second(page)
    zeca.says("terceiro")
    row = page.locator(f'[data-open="{zeca.conversation}"]')
    expect(row.locator(".preview")).to_have_text("terceiro")
    assert order(page) == before
    page.mouse.move(900, 400)
    expect(page.locator(".convo").first).to_have_attribute("data-open", zeca.conversation)


def test_under_the_keyboard_rows_do_not_move_either(desk_of, zeca):
    page = desk_of("celia").open("/inbox/?tab=all")
    zeca.says("em cima")
    expect(page.locator(".convo").first).to_have_attribute("data-open", zeca.conversation)
    page.keyboard.press("j")
    page.keyboard.press("j")
    before = order(page)
    zeca.says("sem pular")
    expect(page.locator(f'[data-open="{zeca.conversation}"] .preview')).to_have_text("sem pular")
    assert order(page) == before
    expect(page.locator(".convo").nth(1)).to_be_focused()


def test_tabs_queues_and_search_live_in_the_address(desk_of, zeca):
    page = desk_of("celia").open("/inbox/")
    page.locator("#tab-waiting").click()
    expect(page).to_have_url(re.compile(r"tab=waiting"))
    page.fill("#list-search", zeca.name.split()[0])
    expect(page.locator(".convo")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"search=Cliente"))
    page.reload()
    expect(page.locator(".convo")).to_have_count(1)
    expect(page.locator("#list-search")).to_have_value(zeca.name.split()[0])


def test_back_returns_to_the_list_that_was(desk_of, zeca):
    page = desk_of("ana").open("/inbox/?tab=waiting")
    page.locator("#tab-all").click()
    expect(page.locator("#tab-all")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(page.locator("#tab-waiting")).to_have_attribute("aria-current", "page")


def test_scrolling_down_brings_more_and_a_nudge_keeps_them(desk_of, zeca):
    page = desk_of("celia").open("/inbox/?tab=all")
    page.locator("#list-more").scroll_into_view_if_needed()
    expect(page.locator(".convo").nth(35)).to_be_attached()
    zeca.says("ainda todos aqui")
    expect(page.locator(f'[data-open="{zeca.conversation}"] .preview')).to_have_text(
        "ainda todos aqui"
    )
    expect(page.locator(".convo").nth(35)).to_be_attached()
