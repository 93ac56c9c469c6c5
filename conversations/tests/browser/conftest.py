"""A running house, people at their desks in a real browser, and customers who write to them."""

import json
import time
from dataclasses import dataclass

import pytest
from django.conf import settings
from playwright.sync_api import expect

from helpdesk.testing.gateway_server import GatewayServer
from helpdesk.testing.house import House, run_module

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WAIT_MS, LOOK_AGAIN_MS = 30_000, 50
expect.set_options(timeout=WAIT_MS)
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Zeca:
    """A customer of this test alone, who waits in the first queue."""

    name: str
    phone: str
    conversation: str
    house: House

    @property
    def path(self) -> str:
        return f"/conversations/{self.conversation}/"

    def says(self, text: str) -> None:
        self.house.graph.customer_says(self.phone, text, name=self.name)


class Desk:
    """Somebody's tab. Whatever the browser complains about is kept and asserted at the end."""

    def __init__(self, page, house):
        self.page, self.house, self.complaints = page, house, []
        self.is_deaf = False  # while a tool writes into the page what our policy forbids
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message):
        # A refusal is an answer of ours; the browser reports its status as an error all the same.
        is_answer = "409" in message.text or "404" in message.text
        if message.type == "error" and not is_answer and not self.is_deaf:
            self.complaints.append(message.text)

    def open(self, path="/inbox/"):
        self.page.goto(self.house.url + path)
        self.page.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
        return self.page


def eventually(page, is_true) -> bool:
    """Whether it becomes true while one waits; looks again and again, as `expect` does."""
    for _look in range(WAIT_MS // LOOK_AGAIN_MS):
        if is_true():
            return True
        page.wait_for_timeout(LOOK_AGAIN_MS)
    return is_true()


def next_second(page) -> None:
    """Wait until WhatsApp's clock, which has seconds only, tells another time than now."""
    now = int(time.time())
    assert eventually(page, lambda: int(time.time()) > now)


@pytest.fixture(scope="session")
def gateway():
    """What the house's number with a QR code is connected to."""
    with GatewayServer(api_key="key-of-the-browser-tests") as server:
        yield server


@pytest.fixture(scope="session")
def house(tmp_path_factory, gateway):
    servers = {"url": settings.DATABASE_URL, "redis_url": settings.REDIS_URL}
    with House(tmp_path_factory.mktemp("house"), furnish=(), parts=("start",), **servers) as house:
        house.environment |= {"GATEWAY_URL": gateway.url, "GATEWAY_API_KEY": gateway.api_key}
        house.furnished = json.loads(
            run_module(house.environment, "conversations.tests.browser.furnish").splitlines()[-1]
        )
        yield house.open()


@pytest.fixture
def zeca(house) -> Zeca:
    return Zeca(**house.furnished["customers"].pop(0), house=house)


@pytest.fixture
def desk_of(house, chromium):
    """Open a tab for somebody: `desk_of("ana").open(path)` gives the page."""
    desks, contexts = [], []

    def desk(username, viewport=WIDE, **options) -> Desk:
        context = chromium.new_context(viewport=viewport, **options)
        contexts.append(context)
        session = {
            "name": "sessionid",
            "value": house.furnished["sessions"][username],
            "url": house.url,
        }
        context.add_cookies([session])
        desks.append(Desk(context.new_page(), house))
        return desks[-1]

    yield desk
    for context in contexts:
        context.close()
    complaints = [complaint for desk in desks for complaint in desk.complaints]
    assert not complaints, complaints
