"""A long thread, read by people: windows, earlier protocols, and who else is there."""

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import TWO_FRAMES, eventually, next_second
from conversations.tests.browser.test_conversation_live import take, write
from conversations.tests.browser.test_gap import WRITTEN_OUT, LossyLine, normal

pytestmark = pytest.mark.browser
MOST_ITEMS = 300
TOP = "id => document.getElementById(id).getBoundingClientRect().top"
# The first item that is wholly in sight, and where it stands.
HELD = """() => {
  const top = document.querySelector('.thread-scroll').getBoundingClientRect().top
  const item = [...document.querySelectorAll('#thread .item')]
    .find(item => item.getBoundingClientRect().top > top)
  return [item.id, item.getBoundingClientRect().top]
}"""
EDGE = "document.querySelector('#thread > .item').dataset.key"
SCROLL = "document.querySelector('.thread-scroll')"


def items(page):
    return page.locator("#thread .item").count()


def scroll(page, to):
    """Put the scroll somewhere by hand, as a dragged scroll bar does."""
    page.evaluate(f"{SCROLL}.scrollTop = {to}")
    page.evaluate(TWO_FRAMES)


def test_a_long_thread_is_read_up_and_down_and_never_jumps_or_grows(desk_of, house):
    long = house.furnished["long"]
    page = desk_of("ana").open(long["path"])
    for _step in range(6):
        first = page.evaluate(EDGE)
        page.evaluate(f"{SCROLL}.scrollTop = 300")
        item_id, top = page.evaluate(HELD)
        assert eventually(page, lambda first=first: page.evaluate(EDGE) != first)
        assert abs(page.evaluate(TOP, item_id) - top) <= 1, "what one reads stays where it is"
        assert items(page) <= MOST_ITEMS
    expect(page.locator(".msg", has_text="linha 00399.")).to_have_count(0)
    expect(page.locator(".new-pill")).to_be_visible()
    last = page.locator(".msg", has_text="linha 00399.")

    def goes_down():
        scroll(page, 1_000_000)
        assert items(page) <= MOST_ITEMS
        return last.count() == 1

    assert eventually(page, goes_down)


def test_an_address_opens_at_a_message_a_push_leaves_it_there_and_the_newest_is_one_click_away(
    desk_of, house
):
    long = house.furnished["long"]
    page = desk_of("ana").open(f"{long['path']}?at={long['middle']}")
    middle = page.locator(f"#m-{long['middle']}")
    expect(middle).to_be_focused()
    expect(middle).to_be_in_viewport()
    expect(middle.locator("[data-jumped]")).to_have_count(1)
    next_second(page)
    for text in ("está lendo?", "e agora?"):
        house.graph.customer_says(long["phone"], text)
    expect(page.locator(".new-pill")).to_contain_text("2")
    expect(middle).to_be_in_viewport()
    expect(middle).to_be_focused()
    page.locator(".new-pill").click()
    expect(page.locator(".msg", has_text="e agora?")).to_be_in_viewport()
    expect(page.locator(".new-pill")).to_be_hidden()
    page.locator("#thread .quote").last.click()
    expect(page.locator(".msg[data-jumped]")).to_contain_text("linha 00007.")


def test_earlier_protocols_open_by_key_and_by_scrolling_and_foreign_ones_do_not(desk_of, house):
    long = house.furnished["long"]
    page = desk_of("ana").open(f"{long['path']}?at={long['first']}")
    own = page.locator(".past").last
    expect(page.locator(".past-head[data-foreign]")).to_have_count(1)
    own.locator(".past-head").press("Enter")
    expect(own.locator(".msg", has_text="protocolo antigo 00.")).to_be_visible()
    own.locator(".past-head").press("Enter")
    expect(own.locator(".msg")).to_have_count(0)
    page.locator("#thread").hover()
    page.mouse.wheel(0, -200)
    expect(own.locator(".msg", has_text="protocolo antigo 04.")).to_have_count(1)


def test_after_half_of_the_pushes_was_lost_a_window_in_the_middle_equals_a_fresh_one(
    desk_of, house
):
    long = house.furnished["long"]
    path = f"{long['path']}?at={long['middle']}"
    ana, desk, count = desk_of("ana").open(path), desk_of("tiago"), [0]

    def every_second():
        count[0] += 1
        return count[0] % 2 == 0

    line = LossyLine(desk.page, every_second)
    tiago = desk.open(path)
    for number in range(6):
        write(ana, f"anotado {number}")  # a note: she does not hold it
        expect(ana.locator("#composer-text")).to_have_value("")
    house.graph.customer_says(long["phone"], "fim da prova")
    assert eventually(tiago, lambda: line.dropped > 0), "the premise: something was lost"
    line.cut()
    tiago.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
    fresh = desk_of("celia").open(path)
    version = "document.getElementById('conversation').dataset.version"
    assert eventually(tiago, lambda: tiago.evaluate(version) == fresh.evaluate(version))
    assert written(tiago) == written(fresh)
    for page in (tiago, fresh):
        page.locator(".new-pill").click()
        expect(page.locator(".msg", has_text="fim da prova")).to_be_in_viewport()
    assert written(tiago) == written(fresh)


def written(page):
    html = page.locator("#thread").evaluate(WRITTEN_OUT)
    return normal(html).replace(' data-jumped=""', "").replace(' tabindex="-1"', "")


def test_colleagues_see_each_other_and_a_reply_asks_once_before_it_collides(desk_of, zeca):
    ana, tiago = desk_of("ana").open(zeca.path), desk_of("tiago").open(zeca.path)
    expect(ana.locator("#viewers li[title='Tiago Bastos']")).to_be_visible()
    expect(tiago.locator("#viewers li[title='Ana Souza']")).to_be_visible()
    take(ana)
    expect(tiago.locator('.why[data-when="other"]')).to_be_visible()
    ana.fill("#composer-text", "Bom dia!")
    tiago.locator("#composer-text").press_sequentially("já vi isto")
    expect(ana.locator("#typing")).to_contain_text("Tiago Bastos")
    ana.press("#composer-text", "Enter")
    expect(ana.locator("#collision")).to_contain_text("Tiago Bastos")
    expect(ana.locator("#composer-text")).to_have_value("Bom dia!")
    ana.locator("[data-anyway]").click()
    expect(ana.locator(".msg[data-from=us]", has_text="Bom dia!")).to_have_count(1)
    expect(ana.locator("#collision")).to_be_hidden()
    tiago.close()
    expect(ana.locator("#viewers")).to_be_hidden()
