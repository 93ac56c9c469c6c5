"""Pushes may be lost. The page then equals a fresh load all the same."""

import random
import re

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import eventually

pytestmark = pytest.mark.browser
# The order of attributes says nothing, and one that was morphed in stands last.
WRITTEN_OUT = """element => {
  const copy = element.cloneNode(true)
  for (const node of [copy, ...copy.querySelectorAll('*')]) {
    const sorted = [...node.attributes].sort((one, other) => (one.name < other.name ? -1 : 1))
    sorted.forEach(attribute => node.removeAttributeNode(attribute))
    sorted.forEach(attribute => node.setAttributeNode(attribute))
  }
  return copy.outerHTML
}"""
HIDE = """isHidden => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden })
  document.dispatchEvent(new Event('visibilitychange'))
}"""
PARTS = ["list-head", "convos", "rail-live", "thread", "conversation-head", "composer-state"]


def parts_of(page) -> dict[str, str]:
    """The live areas as HTML: relative times and white space between elements left out."""
    html = {name: page.locator(f"#{name}").evaluate(WRITTEN_OUT) for name in PARTS}
    return {name: normal(text) for name, text in html.items()}


def normal(html: str) -> str:
    html = re.sub(r"(<time[^>]*data-relative[^>]*>)[^<]*", r"\1", html)
    html = re.sub(r' data-new=""| class="htmx-[a-z-]*"', "", html)
    return re.sub(r">\s+<", "><", html)


class LossyLine:
    """Stands between page and server, drops what the test wants dropped, and can be cut."""

    def __init__(self, page, drops):
        self.drops, self.sockets, self.dropped = drops, [], 0
        page.route_web_socket("**/ws/", self._connect)

    def _connect(self, socket):
        server = socket.connect_to_server()
        self.sockets.append(socket)
        socket.on_message(server.send)
        server.on_message(lambda message: self._pass(socket, message))

    def _pass(self, socket, message):
        if "changed" in message[:40] and self.drops():
            self.dropped += 1
        else:
            socket.send(message)

    def cut(self):
        """End the connection. The next one is a good one: only what went before is lost."""
        self.drops = lambda: False
        self.sockets.pop().close()


def busy_minute(ana, zeca, desk):
    """Things that happen to a conversation while Tiago looks at it through a lossy line."""
    ana.locator(".thread-head .btn.act-take").click()
    ana.wait_for_selector('[data-standing="mine"]')  # until then what one writes is a note
    for number in range(5):
        zeca.says(f"mensagem {number}")
        expect(ana.locator(".msg", has_text=f"mensagem {number}")).to_be_visible()
        ana.fill("#composer-text", f"resposta {number}")
        ana.press("#composer-text", "Enter")
        sent = ana.locator(".msg[data-from=us]", has_text=f"resposta {number}")
        expect(sent.locator('.ticks[data-status="read"]')).to_be_visible()
    ana.locator("[data-note-mode]").click()
    ana.fill("#composer-text", "anotado")
    ana.press("#composer-text", "Enter")
    expect(ana.locator(".msg[data-from=note]")).to_be_visible()


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_random_half_of_the_pushes_was_lost_the_page_equals_a_fresh_load(
    desk_of, zeca, seed
):
    chance = random.Random(seed)
    ana, desk = desk_of("ana").open(zeca.path), desk_of("tiago")
    line = LossyLine(desk.page, lambda: chance.random() < 0.5)
    tiago = desk.open(f"{zeca.path}?tab=all")
    busy_minute(ana, zeca, desk)
    assert line.dropped, "the premise: something was lost"
    line.cut()
    tiago.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
    expect(tiago.locator(".msg[data-from=note]")).to_be_visible()
    assert_equals_a_fresh_load(desk_of, tiago, zeca)


def test_a_page_that_heard_nothing_at_all_catches_up(desk_of, zeca):
    ana, desk = desk_of("ana").open(zeca.path), desk_of("tiago")
    line = LossyLine(desk.page, lambda: True)
    tiago = desk.open(f"{zeca.path}?tab=all")
    busy_minute(ana, zeca, desk)
    expect(tiago.locator(".msg[data-from=note]")).to_have_count(0)
    line.cut()
    expect(tiago.locator(".msg[data-from=note]")).to_be_visible()
    assert_equals_a_fresh_load(desk_of, tiago, zeca)


def test_a_page_that_heard_everything_equals_a_fresh_load_too(desk_of, zeca):
    ana, desk = desk_of("ana").open(zeca.path), desk_of("tiago")
    tiago = desk.open(f"{zeca.path}?tab=all")
    busy_minute(ana, zeca, desk)
    expect(tiago.locator(".msg[data-from=note]")).to_be_visible()
    assert_equals_a_fresh_load(desk_of, tiago, zeca)


def test_a_tab_that_was_hidden_for_long_catches_up_when_it_is_seen(desk_of, zeca):
    ana, desk = desk_of("ana").open(zeca.path), desk_of("tiago")
    LossyLine(desk.page, lambda: True)
    tiago = desk.open(f"{zeca.path}?tab=all")
    tiago.evaluate(HIDE, True)
    busy_minute(ana, zeca, desk)
    expect(tiago.locator(".msg[data-from=note]")).to_have_count(0)
    tiago.evaluate("Date.now = (now => () => now() + 61_000)(Date.now)")
    tiago.evaluate(HIDE, False)
    expect(tiago.locator(".msg[data-from=note]")).to_be_visible()
    tiago.evaluate("Date.now = () => performance.timeOrigin + performance.now()")
    assert_equals_a_fresh_load(desk_of, tiago, zeca)


def test_after_the_server_was_killed_and_started_the_page_equals_a_fresh_load(desk_of, house, zeca):
    desks = [desk_of("ana"), desk_of("tiago")]
    ana, tiago = desks[0].open(zeca.path), desks[1].open(f"{zeca.path}?tab=all")
    ana.locator(".thread-head .btn.act-take").click()
    zeca.says("antes")
    expect(tiago.locator(".msg", has_text="antes")).to_be_visible()
    house.kill("start")
    expect(tiago.locator("#link-state .dot")).to_have_attribute("data-tone", "bad")
    house.open()
    zeca.says("depois")
    tiago.evaluate("dispatchEvent(new Event('online'))")
    expect(tiago.locator(".msg", has_text="depois")).to_be_visible()
    assert_equals_a_fresh_load(desk_of, tiago, zeca)
    for desk in desks:
        desk.complaints.clear()  # the browser told of the server that was away


def assert_equals_a_fresh_load(desk_of, page, zeca):
    fresh = desk_of("tiago").open(f"{zeca.path}?tab=all")

    # The list's own question may still be on its way, and so may a colleague's going offline. The
    # heartbeat (25 s) makes a page ask for what a lost push did not tell: two of them at most.
    def is_same():
        return parts_of(page) == parts_of(fresh)

    if not eventually(page, is_same):
        eventually(page, is_same)
    old, new = parts_of(page), parts_of(fresh)
    for name in PARTS:
        assert old[name] == new[name], name


def test_a_line_that_stays_away_is_shown_and_taken_back(desk_of, zeca):
    desk, is_up = desk_of("ana"), [True]
    sockets = []

    def connect(socket):
        if not is_up[0]:
            socket.close()
            return
        sockets.append(socket)
        socket.connect_to_server()

    desk.page.route_web_socket("**/ws/", connect)
    page = desk.open(zeca.path)
    is_up[0] = False
    sockets[0].close()
    expect(page.locator("#link-state .dot")).to_have_attribute("data-tone", "bad")
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#offline")).to_be_visible()
    is_up[0] = True
    page.locator("[data-reconnect]").click()
    expect(page.locator("#offline")).to_be_hidden()
    zeca.says("Voltou?")
    expect(page.locator(".msg", has_text="Voltou?")).to_be_visible()
