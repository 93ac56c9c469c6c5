"""On a phone one pane at a time, each with its own address."""

import re

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser


def on_phone(desk_of, path):
    return desk_of("ana", viewport=PHONE, is_mobile=True, has_touch=True).open(path)


def test_list_thread_details_and_the_back_button(desk_of, zeca):
    page = on_phone(desk_of, "/inbox/?tab=waiting")
    page.locator(f'[data-open="{zeca.conversation}"]').tap()
    expect(page.locator(".pane-thread")).to_be_visible()
    expect(page.locator(".pane-list")).to_be_hidden()
    page.locator('[data-pane-to="details"]').tap()
    expect(page).to_have_url(re.compile(r"/details/"))
    expect(page.locator(".pane-details")).to_be_visible()
    page.go_back()
    expect(page.locator(".pane-thread")).to_be_visible()
    page.go_back()
    expect(page.locator(".pane-list")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/inbox/\?tab=waiting"))


def test_each_pane_opens_from_its_address(desk_of, zeca):
    page = on_phone(desk_of, zeca.path + "details/")
    expect(page.locator(".pane-details")).to_be_visible()
    expect(page.locator(".pane-thread")).to_be_hidden()


def test_taking_and_closing_work_with_the_thumb(desk_of, zeca):
    page = on_phone(desk_of, zeca.path)
    page.locator(".why .btn:visible").tap()
    page.wait_for_selector('[data-standing="mine"]')
    page.locator('[data-opens="more-actions"]').tap()
    page.locator("#more-actions .act-close").tap()
    page.select_option("#close-reason", index=1)
    page.locator("dialog[open] footer .btn[data-kind=primary]").tap()
    expect(page.locator('.why[data-when="closed"]')).to_be_visible()


def test_nothing_is_wider_than_the_screen(desk_of, zeca):
    page = on_phone(desk_of, "/inbox/?tab=waiting")
    for path in ["/inbox/", zeca.path, zeca.path + "details/", "/nada/"]:
        page.goto(page.url.split("/inbox")[0].split("/conv")[0].split("/nada")[0] + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
