"""Invited, with a second factor, locked out and let in again, logged out from elsewhere."""

import pytest
from playwright.sync_api import expect

from accounts.tests.browser.conftest import log_in, log_out
from accounts.tests.people import code_of
from helpdesk.testing.cast import PASSWORD

pytestmark = pytest.mark.browser
NEW_PASSWORD = "senha de quem chega"


def invite(page, email) -> str:
    page.goto("/users/")
    page.locator(".page-head .btn").click()
    page.fill("[name=email]", email)
    page.locator("[name=queues]").first.check()
    page.locator("dialog footer .btn[data-kind=primary]").click()
    return page.locator("#link").input_value()


def confirm(page, password):
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")


def test_invited_with_a_second_factor_and_a_recovery_code(browser_of):
    link = invite(browser_of("davi"), "nadia@provedor.test")
    page = browser_of()
    page.goto(link)
    page.fill("[name=full_name]", "Nádia Prado")
    page.fill("[name=password1]", NEW_PASSWORD)
    page.fill("[name=password2]", NEW_PASSWORD)
    page.locator("form .btn[data-kind=primary]").click()
    page.wait_for_selector("#me")

    page.goto("/profile/")
    page.locator("#two-factor .btn").click()
    confirm(page, NEW_PASSWORD)
    assert page.locator(".qr img").evaluate("image => image.naturalWidth") > 100
    secret = page.locator("#secret").input_value()
    page.fill("[name=code]", code_of(secret, -1))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10

    page.goto("/profile/")
    log_out(page)
    log_in(page, "nadia", NEW_PASSWORD)
    page.fill("[name=code]", code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_selector("#me")

    log_out(page)
    log_in(page, "nadia", NEW_PASSWORD)
    page.fill("[name=code]", codes[0])
    page.keyboard.press("Enter")
    page.wait_for_selector("#me")
    page.goto("/profile/")
    expect(page.locator("#two-factor")).to_contain_text("9")


def test_locked_out_and_let_in_by_an_administrator(browser_of):
    page = browser_of()
    for _attempt in range(6):
        log_in(page, "tiago", "errada")
    log_in(page, "tiago")
    expect(page.locator("[role=alert]")).to_contain_text("15 min")
    davi = browser_of("davi")
    davi.goto("/users/?q=tiago")
    davi.locator(".table [title*=Tiago], .table a.btn").last.click()
    davi.locator("dialog [formaction$=unlock]").click()
    davi.wait_for_selector(".toast")
    log_in(page, "tiago")
    page.wait_for_selector("#me")


def test_a_session_ended_in_one_window_closes_the_other_and_its_socket(browser_of, house):
    here, there = browser_of(), browser_of()
    for page in (here, there):
        log_in(page, "ana", PASSWORD)
        page.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
    sockets = []
    there.on(
        "websocket", lambda socket: socket.on("close", lambda _socket: sockets.append("closed"))
    )
    there.reload()
    there.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
    here.goto("/profile/")
    here.locator("#sessions form[action$='sessions/end'] button").click()
    there.wait_for_url("**/accounts/login/**", timeout=5_000)
    assert sockets
    expect(here.locator("#profile")).to_be_visible()


def test_somebody_deactivated_is_out_within_seconds(browser_of):
    celia = browser_of()
    log_in(celia, "celia", PASSWORD)
    celia.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
    davi = browser_of("davi")
    davi.goto("/users/?q=Célia")
    davi.locator(".table a.btn").click()
    davi.locator("dialog [formaction$=deactivate]").click()
    celia.wait_for_url("**/accounts/login/**", timeout=5_000)
    davi.goto("/users/?tab=gone")
    davi.locator(".table a.btn").first.click()
    davi.locator("dialog [formaction$=reactivate]").click()
    davi.wait_for_selector(".toast")
    log_in(celia, "celia", PASSWORD)
    celia.wait_for_selector("#me")


def test_single_keys_can_be_switched_off(browser_of):
    page = browser_of("davi")
    page.goto("/profile/")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[name=single_keys]").uncheck()
    page.locator("#keyboard .btn").first.click()
    page.wait_for_selector(".toast")
    page.keyboard.press("?")
    expect(page.locator("#help")).not_to_be_visible()
    page.locator("[name=single_keys]").check()
    page.locator("#keyboard .btn").first.click()
    page.wait_for_selector(".toast")


def test_why_one_is_away_stands_beside_the_name_with_the_time(browser_of):
    page = browser_of("davi")
    page.goto("/profile/")
    page.locator("#me").click()
    page.fill("#away-reason", "almoço")
    page.locator("#me-menu [value=away]").click()
    expect(page.locator("#me .who")).to_contain_text("almoço")
    expect(page.locator("#me time")).to_be_attached()
