"""The team's chat as people use it: writing, calling, sharing, losing the line, on the phone."""

import random

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE, WIDE, eventually
from conversations.tests.browser.test_gap import LossyLine, normal
from conversations.tests.browser.test_looks import STILL, assert_accessible

pytestmark = pytest.mark.browser


def open_first_room(desk):
    """By the keyboard alone: j, Enter; returns the page, in the room of the first queue."""
    page = desk.open("/team/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#room", state="attached")
    page.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
    return page


def write(page, text):
    page.fill("#composer-text", text)
    page.press("#composer-text", "Enter")
    expect(page.locator("#composer-text")).to_have_value("")


def said(page, text):
    return page.locator(".say", has_text=text)


def test_colleagues_call_each_other_share_a_conversation_and_take_words_back(desk_of, zeca):
    tiago = desk_of("tiago").open("/inbox/")
    ana = open_first_room(desk_of("ana"))
    ana.keyboard.press("/")
    ana.keyboard.type("Alguém viu a CTO 14? @ti")
    expect(ana.locator("#names [role=option]:not([hidden])")).to_have_count(1)
    ana.keyboard.press("Enter")
    ana.keyboard.type("olha")
    ana.keyboard.press("Enter")
    expect(ana.locator(".say .mention").last).to_have_text("@tiago")
    expect(tiago.locator("#team-count")).to_be_visible()
    tiago.goto(ana.url)
    expect(said(tiago, "CTO 14").last).to_be_visible()
    expect(tiago.locator("#team-count")).to_be_hidden()
    # The conversation is foreign to Bruno, and Tiago may open it.
    write(tiago, desk_of("tiago").house.url + zeca.path)
    expect(ana.locator(".convo-card", has_text=zeca.name).last).to_be_visible()
    write(tiago, "dito por engano")
    line = ana.locator(".line", has_text="dito por engano")
    expect(line).to_be_visible()
    expect(line.locator(".delete")).to_be_hidden()
    tiago.on("dialog", lambda dialog: dialog.accept())
    mine = tiago.locator(".line", has_text="dito por engano")
    mine.hover()
    mine.locator(".delete").click()
    expect(line).to_have_count(0)
    expect(ana.locator(".say .deleted").last).to_be_visible()


def test_after_lost_pushes_a_room_equals_a_fresh_load(desk_of):
    chance, desk = random.Random(3), desk_of("tiago")
    line = LossyLine(desk.page, lambda: chance.random() < 0.5)
    ana, tiago = open_first_room(desk_of("ana")), open_first_room(desk)
    for number in range(8):
        write(ana, f"linha perdida {number}")
    expect(said(ana, "linha perdida 7")).to_be_visible()
    ana.on("dialog", lambda dialog: dialog.accept())
    first = ana.locator(".line", has_text="linha perdida 0")
    first.hover()
    first.locator(".delete").click()
    expect(first).to_have_count(0)
    assert line.dropped, "the premise: something was lost"
    line.cut()
    expect(said(tiago, "linha perdida 7")).to_be_visible()
    fresh = open_first_room(desk_of("tiago"))
    assert eventually(tiago, lambda: lines_of(tiago) == lines_of(fresh)), "not as loaded anew"


def lines_of(page) -> list[str]:
    # Cards are each reader's own question, asked when they come into sight.
    lines = page.locator("#lines .line:not(:has(.convo-card))")
    return [normal(html) for html in lines.evaluate_all("all => all.map(one => one.outerHTML)")]


def test_a_draft_waits_for_its_writer_and_a_reader_above_is_not_moved(desk_of):
    ana, tiago = open_first_room(desk_of("ana")), open_first_room(desk_of("tiago"))
    for number in range(25):
        write(tiago, f"lá em cima {number}")
    expect(said(ana, "lá em cima 24")).to_be_visible()
    scroll = ana.locator(".thread-scroll")
    scroll.evaluate("element => (element.scrollTop = 0)")
    top = said(ana, "lá em cima 0").first.bounding_box()["y"]
    write(tiago, "e mais uma")
    expect(ana.locator(".new-pill")).to_be_visible()
    assert said(ana, "lá em cima 0").first.bounding_box()["y"] == top
    ana.locator(".new-pill").click()
    expect(said(ana, "e mais uma")).to_be_in_viewport()
    ana.fill("#composer-text", "ainda não")
    ana.reload()
    expect(ana.locator("#composer-text")).to_have_value("ainda não")


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)])
def test_the_rooms_are_accessible_and_lead_back_on_a_phone(desk_of, scheme, viewport):
    desk = desk_of("celia", viewport=viewport, color_scheme=scheme, **STILL)
    page = open_first_room(desk)
    write(page, "@ana tudo *certo*?")
    expect(said(page, "certo").last).to_be_visible()
    assert_accessible(desk)
    room = page.url
    for path in ("/team/", "/team/new/", "/team/?search=certo", room + "?pane=details"):
        page.goto(path if path.startswith("http") else desk.house.url + path)
        assert_accessible(desk)
    if viewport == PHONE:
        page.goto(room)
        page.locator(".thread-head a.only-narrow").first.click()
        expect(page.locator(".pane-list .room").first).to_be_visible()
