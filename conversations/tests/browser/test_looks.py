"""Accessible in both themes and sizes; nothing shifts when something arrives."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE, TWO_FRAMES, WIDE, Desk, next_second
from helpdesk.testing.page_weight import first_load

pytestmark = pytest.mark.browser
# Without motion: axe measures colours as they are shown, also halfway through a transition.
STILL = {"reduced_motion": "reduce"}
NOTE_SHIFTS = """() => {
  const name = node => node && (node.id || node.getAttribute?.('class') || node.nodeName)
  window.shifts = []
  new PerformanceObserver(list => list.getEntries().forEach(entry =>
    window.shifts.push(...entry.sources.map(source => String(name(source.node))))
  )).observe({ type: 'layout-shift' })
}"""


def assert_accessible(desk):
    desk.is_deaf = True  # axe writes styles
    found = Axe().run(desk.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)]
)
def test_the_inbox_is_accessible(desk_of, zeca, scheme, viewport):
    desk = desk_of("ana", viewport=viewport, color_scheme=scheme, **STILL)
    page = desk.open("/inbox/?tab=waiting")
    assert_accessible(desk)
    page = desk.open(zeca.path)
    page.keyboard.press("a")
    page.wait_for_selector('[data-standing="mine"]')
    zeca.says("Oi, *tudo bem*? https://exemplo.test")
    expect(page.locator(".msg", has_text="tudo bem")).to_be_visible()
    assert_accessible(desk)


def test_dialogs_are_accessible(desk_of, zeca):
    desk = desk_of("ana", **STILL)
    page = desk.open(zeca.path)
    page.keyboard.press("a")
    page.wait_for_selector('[data-standing="mine"]')
    for key in "tef?":
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert_accessible(desk)
        page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/nada/"])
def test_login_and_error_pages_are_accessible(chromium, house, scheme, path):
    context = chromium.new_context(color_scheme=scheme, **STILL)
    desk = Desk(context.new_page(), house)
    desk.page.goto(house.url + path)
    assert_accessible(desk)
    context.close()


def test_the_inbox_weighs_less_than_a_quarter_of_a_megabyte(desk_of, house):
    """Issue 5: page weight without media; how long it takes is measured by bench_first_load."""
    weighed = first_load(desk_of("ana").page, f"{house.url}/inbox/?tab=all")
    assert 20_000 < weighed.content_bytes < 250_000


def test_nothing_shifts_while_messages_arrive(desk_of, zeca):
    # Beside a list that stays: a row that goes to the top is no shift that anybody minds.
    page = desk_of("ana").open(f"{zeca.path}?tab=bot")
    page.keyboard.press("a")
    page.wait_for_selector('[data-standing="mine"]')
    expect(page.locator(f"#row-{zeca.conversation}")).to_have_count(0)
    next_second(page)  # or the message stands before the line that tells of the taking
    page.evaluate(NOTE_SHIFTS)
    for number in range(4):
        zeca.says(f"chegou {number}")
        expect(page.locator(".msg", has_text=f"chegou {number}")).to_be_visible()
    page.evaluate(TWO_FRAMES)
    assert page.evaluate("window.shifts") == []


def test_the_theme_that_was_chosen_is_there_from_the_first_paint(desk_of, zeca):
    desk = desk_of("vera", color_scheme="light")
    page = desk.open("/inbox/")
    page.locator("#me").click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[data-behaviour=theme]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert 'data-theme="dark"' in page.request.get(desk.house.url + "/inbox/").text()


def test_who_is_not_logged_in_logs_in_and_comes_to_where_they_wanted(chromium, house):
    from helpdesk.testing.cast import PASSWORD

    context = chromium.new_context()
    page = context.new_page()
    page.goto(house.url + "/inbox/?tab=waiting")
    page.fill("#id_login", "tiago")
    page.fill("#id_password", "errada")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#convos")).to_be_attached()
    assert "tab=waiting" in page.url
    context.close()
