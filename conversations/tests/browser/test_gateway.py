"""A number is connected by QR code: the page follows the telephone by itself."""

import pytest
from playwright.sync_api import expect

from helpdesk.testing.house import run_module

pytestmark = pytest.mark.browser


@pytest.fixture
def address(house) -> str:
    """The page of a number that nobody has connected yet."""
    said = run_module(house.environment, "conversations.tests.browser.furnish_gateway")
    return f"/channels/{said.splitlines()[-1]}/gateway/"


def test_the_code_the_connection_and_its_end_appear_without_reloading(desk_of, gateway, address):
    page = desk_of("celia").open(address)
    page.locator("input[name=number]").fill("+55 11 3000-0000")
    page.locator(".gateway-pairing button").press("Enter")
    picture = page.locator(".qr img")
    expect(picture).to_be_visible()
    expect(page.locator(".pair code")).to_be_visible()
    expect(page.locator("[data-countdown]")).to_contain_text("s")
    [instance] = gateway.instances
    first = picture.get_attribute("src")
    gateway.rotate(instance)
    expect(picture).not_to_have_attribute("src", first)
    gateway.scan(instance)
    expect(page.locator("#gateway .badge")).to_have_attribute("data-tone", "ok")
    expect(picture).to_have_count(0)
    gateway.drop(instance, 401)
    expect(page.locator("#gateway .badge")).to_have_attribute("data-tone", "bad")
    gateway.instances.clear()
