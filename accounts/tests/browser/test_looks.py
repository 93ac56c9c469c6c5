"""Accessible in both themes, wide and on a phone; nothing sticks out."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.tests.browser.conftest import PHONE, WIDE, log_in
from helpdesk.testing.cast import PASSWORD

pytestmark = pytest.mark.browser
# Without motion: axe measures colours as they are shown, also halfway through a transition.
STILL = {"reduced_motion": "reduce"}
LOOKS = [("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)]
every_look = pytest.mark.parametrize(("scheme", "viewport"), LOOKS)


def assert_good(page):
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{page.url} is {width} px too wide"
    page.context.is_deaf = True  # from now on: axe writes styles, and the browser tells of it late
    found = Axe().run(page)
    assert found.violations_count == 0, page.url + found.generate_report()


def visit_all(page, paths):
    for path in paths:
        page.goto(path)
    for path in paths:
        page.goto(path)
        assert_good(page)


@every_look
def test_pages_before_one_is_in(browser_of, scheme, viewport):
    page = browser_of(viewport=viewport, color_scheme=scheme, **STILL)
    visit_all(page, (
        "/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/",
        "/accounts/password/reset/key/x-x/", "/accounts/password/reset/key/done/",
        "/accounts/invitation/",
    ))  # fmt: skip


@every_look
def test_pages_of_people(browser_of, scheme, viewport):
    page = browser_of("davi", viewport=viewport, color_scheme=scheme, **STILL)
    visit_all(
        page, ("/profile/", "/users/", "/users/?q=nobody", "/users/invite", "/accounts/logout/")
    )
    page.goto("/users/?q=Ana")
    page.locator(".table a.btn").click()
    page.wait_for_selector("dialog[open]")
    assert_good(page)
    page.goto("/users/?q=Davi")
    page.locator(".table td.n a").first.click()
    page.wait_for_selector("dialog[open]")
    assert_good(page)


@every_look
def test_setting_up_a_second_factor(browser_of, scheme, viewport):
    page = browser_of(viewport=viewport, color_scheme=scheme, **STILL)
    log_in(page, "tiago", PASSWORD)
    page.wait_for_selector("#me", state="attached")
    page.goto("/accounts/2fa/totp/activate/")
    assert_good(page)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".qr")
    assert_good(page)
    page.fill("[name=code]", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid]")
    assert_good(page)
