"""The list in use: narrowing it, doing the same to several, peeking, keeping one's place."""

import re

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import eventually

pytestmark = pytest.mark.browser
DIALOG = "#dialog dialog[open]"


def test_several_are_taken_by_the_keyboard_alone(desk_of, house, zeca):
    other = house.furnished["customers"].pop(0)["conversation"]
    page = desk_of("celia").open("/inbox/?tab=waiting")
    for key in (zeca.conversation, other):
        page.locator(f'[data-open="{key}"]').focus()
        page.keyboard.press("x")
    expect(page.locator(".mark:checked")).to_have_count(2)
    page.locator('#bulk-form [formaction$="/assign/"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"{DIALOG} [name=ids]")).to_have_count(2)
    page.locator(f"{DIALOG} footer [data-kind=primary]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts .toast")).to_be_visible()
    expect(page.locator("#bulk-form")).to_be_hidden()
    for key in (zeca.conversation, other):
        expect(page.locator(f'[data-open="{key}"]')).to_have_count(0)


def test_filters_are_chosen_kept_as_a_view_and_taken_away(desk_of, zeca):
    page = desk_of("celia").open("/inbox/?tab=all")
    page.locator("#list-filters").click()
    page.select_option("#filter-state", "queued")
    page.locator(f"{DIALOG} footer [data-kind=primary]").click()
    expect(page.locator("#chip-state")).to_be_visible()
    expect(page).to_have_url(re.compile("state=queued"))
    page.locator(".convo").first.click()
    expect(page).to_have_url(re.compile("conversations/.*state=queued"))
    page.locator("#list-filters").click()
    page.locator(f"{DIALOG} [formaction]").click()
    page.fill("#view-name", "Só quem espera")
    page.keyboard.press("Enter")
    expect(page.locator("li[id^=view-]")).to_have_count(1)
    page.locator("#chip-state").click()
    expect(page.locator("#chip-state")).to_have_count(0)
    page.locator("li[id^=view-] a").click()
    expect(page.locator("#chip-state")).to_be_visible()
    page.reload()
    expect(page.locator("#chip-state")).to_be_visible()


def test_one_peeks_with_a_key_and_takes_from_there(desk_of, zeca):
    page = desk_of("ana").open("/inbox/?tab=waiting")
    row = page.locator(f'[data-open="{zeca.conversation}"]')
    row.focus()
    page.keyboard.press("o")
    expect(page.locator(".peeking")).to_be_visible()
    expect(page.locator(".composer")).to_be_hidden()
    expect(page).to_have_url(re.compile("peek=1"))
    expect(row.locator(".count [aria-hidden]")).to_have_text("1")
    page.locator(".peeking [form=take-form]").click()
    expect(page.locator(".peeking")).to_be_hidden()
    expect(page.locator("#composer-text")).to_be_visible()
    expect(page).not_to_have_url(re.compile("peek=1"))


def test_whoever_reads_further_down_keeps_their_place_while_rows_come_on_top(desk_of, zeca):
    page = desk_of("celia").open("/inbox/?tab=all")
    last = page.locator(".convo").nth(25)
    last.scroll_into_view_if_needed()
    key = last.get_attribute("data-open")
    row = page.locator(f'[data-open="{key}"]')
    stood = row.bounding_box()["y"]
    zeca.says("De baixo para cima")
    expect(page.locator(".convo").first).to_have_attribute("data-open", zeca.conversation)
    assert eventually(page, lambda: abs(row.bounding_box()["y"] - stood) < 2)
    ids = page.locator("#convos > li[id]").evaluate_all("rows => rows.map(row => row.id)")
    assert len(ids) == len(set(ids))
