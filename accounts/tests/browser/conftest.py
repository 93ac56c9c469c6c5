"""A running house with a few people, and their browsers."""

import json

import pytest
from django.conf import settings
from playwright.sync_api import expect

from helpdesk.testing.cast import PASSWORD
from helpdesk.testing.house import House, run_module

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    servers = {"url": settings.DATABASE_URL, "redis_url": settings.REDIS_URL}
    with House(tmp_path_factory.mktemp("house"), furnish=(), parts=("start",), **servers) as house:
        printed = run_module(house.environment, "accounts.tests.browser.furnish")
        house.furnished = json.loads(printed.splitlines()[-1])
        yield house.open()


@pytest.fixture
def browser_of(house, chromium):
    """Open a browser, logged in as somebody or as nobody; it has to keep silent in its console."""
    contexts, complaints = [], []

    def heard(message):
        # Refusals are answers of ours; the browser reports their status as an error all the same.
        is_answer = any(status in message.text for status in ("404", "422", "429"))
        if message.type == "error" and not is_answer and not contexts[-1].is_deaf:
            complaints.append(message.text)

    def open_browser(username=None, viewport=WIDE, **options):
        context = chromium.new_context(viewport=viewport, base_url=house.url, **options)
        context.is_deaf = False
        contexts.append(context)
        if username:
            session = house.furnished["sessions"][username]
            context.add_cookies([{"name": "sessionid", "value": session, "url": house.url}])
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert not complaints, complaints


def log_in(page, username, password=PASSWORD):
    page.goto("/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def log_out(page):
    page.locator("#me").click()
    page.locator("#me-menu form[action*=logout] button").click()
    page.wait_for_url("**/accounts/login/**")
