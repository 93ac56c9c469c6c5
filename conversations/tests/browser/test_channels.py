"""The numbers in a browser: accessible, and a notice comes while somebody looks."""

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE, WIDE
from conversations.tests.browser.test_looks import STILL, assert_accessible
from conversations.tests.providers import payloads

pytestmark = pytest.mark.browser


def announce(house, kind: str) -> None:
    alert = {"alert_type": kind, "alert_status": "ACTIVE", "alert_description": f"Told: {kind}"}
    changes = payloads.change("account_alerts", {"alert_info": alert})
    body = payloads.account_envelope(changes, waba_id=house.graph.number.waba_id)
    assert house.graph.post_webhook(payloads.to_bytes(body)) == 200


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)]
)
def test_the_numbers_are_accessible_and_notices_come_by_themselves(
    desk_of, house, scheme, viewport
):
    desk = desk_of("celia", viewport=viewport, color_scheme=scheme, **STILL)
    page = desk.open("/channels/")
    kind = f"{scheme.upper()}_{viewport['width']}"
    notice = page.locator("#channel-notices .banner", has_text=f"Told: {kind}")
    announce(house, kind)
    expect(notice).to_be_visible()
    expect(page.locator("#notices-count")).not_to_have_text("0")
    notice.get_by_role("button").press("Enter")
    expect(notice).to_have_count(0)
    announce(house, kind + "_AGAIN")
    expect(notice).to_be_visible()
    page.locator("#channels .table a").first.click()
    expect(page.locator("#channel h1")).to_be_visible()
    assert_good(desk)  # deaf from here on: the browser tells late of what axe writes
    page.go_back()
    expect(notice).to_be_visible()
    assert_good(desk)


def assert_good(desk) -> None:
    assert desk.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert_accessible(desk)
