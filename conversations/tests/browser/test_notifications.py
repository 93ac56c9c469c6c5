"""Being told of things: the bell, the corner, the sound of one tab, and a browser that is woken."""

import re

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE, eventually
from conversations.tests.browser.test_looks import STILL, assert_accessible

pytestmark = pytest.mark.browser
COUNT_SOUNDS = """() => {
  HTMLMediaElement.prototype.play = function () {
    const rung = JSON.parse(localStorage.getItem('rung') ?? '[]')
    localStorage.setItem('rung', JSON.stringify([...rung, [this.src, this.volume]]))
    return Promise.resolve()
  }
}"""
RUNG = "() => JSON.parse(localStorage.getItem('rung') ?? '[]')"
# Chromium here reaches no push service: it gets a subscription of which only the service is made up.
PUSH_SERVICE = """() => {
  Notification.requestPermission = async () => 'granted'
  let subscription = null
  PushManager.prototype.getSubscription = async () => subscription
  PushManager.prototype.subscribe = async () => (subscription = {
    endpoint: 'https://127.0.0.1.example.invalid/push', unsubscribe: async () => (subscription = null),
    toJSON: () => ({ endpoint: 'https://127.0.0.1.example.invalid/push', keys: { p256dh: 'x', auth: 'x' } }),
  })
}"""
PUSHED = '{"title": "Ramal", "body": "Uma conversa nova", "tag": "t", "address": "/inbox/"}'
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration('/')
  return (await worker.getNotifications()).map(notice => notice.body)
}"""


def take(desk, zeca):
    page = desk.open(zeca.path)
    page.keyboard.press("a")
    page.wait_for_selector('[data-standing="mine"]')
    return page


def test_one_tab_of_two_rings_and_shows_while_none_reads_the_conversation(desk_of, zeca):
    desk = desk_of("ana")
    desk.page.context.add_init_script(f"({COUNT_SOUNDS})()")
    page = take(desk, zeca)
    page.goto(f"{desk.house.url}/profile/")
    other = page.context.new_page()
    other.goto(f"{desk.house.url}/notifications/")
    for tab in (page, other):
        tab.wait_for_selector("#link-state .dot[data-tone=ok]", state="attached")
        tab.locator("h1").click()  # a tab that nobody has touched may make no sound
    zeca.says("Voltei")
    expect(other.locator(".toast a")).to_contain_text(zeca.name)
    expect(other.locator("#notification-lines li[data-unread]").first).to_contain_text(zeca.name)
    for tab in (page, other):
        expect(tab).to_have_title(re.compile(r"^\(\d+\) "))
    assert eventually(other, lambda: len(other.evaluate(RUNG)) == 1)
    ((sound, volume),) = other.evaluate(RUNG)
    assert "/sounds/drop" in sound
    assert volume == 0.4
    other.locator(".toast a").click()
    expect(other).to_have_url(re.compile(zeca.conversation))
    expect(page.locator("#bell")).to_be_hidden()
    zeca.says("E agora?")
    expect(other.locator(".msg", has_text="E agora?")).to_be_visible()
    expect(other.locator("#bell")).to_be_hidden()
    assert len(other.evaluate(RUNG)) == 1
    expect(other.locator(".toast[data-about]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_list_profile_and_first_steps_are_accessible(desk_of, scheme):
    desk = desk_of("davi", color_scheme=scheme, **STILL)
    for path in ("/notifications/", "/profile/", "/setup/"):
        desk.open(path)
        assert_accessible(desk)


def test_a_browser_is_asked_only_after_a_click_and_shows_what_wakes_it(desk_of):
    desk = desk_of("celia", viewport=PHONE)
    page, posted = desk.page, []
    page.context.grant_permissions(["notifications"], origin=desk.house.url)
    page.add_init_script(f"({PUSH_SERVICE})()")

    def answer(route):
        posted.append(route.request.post_data)
        route.fulfill(status=204)

    page.route("**/notifications/browser/", answer)
    registrations = []
    tools = page.context.new_cdp_session(page)
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(told["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    desk.open("/profile/")
    on, off = page.locator("#browsers [data-on]"), page.locator("#browsers [data-off]")
    expect(on).to_be_visible()
    assert posted == registrations == []
    on.click()
    expect(off).to_be_visible()
    assert "endpoint=https" in posted[0]
    assert eventually(page, lambda: registrations)
    page.goto("about:blank")
    push = {"origin": desk.house.url, "registrationId": registrations[-1]["registrationId"]}
    tools.send("ServiceWorker.deliverPushMessage", push | {"data": PUSHED})
    page.goto(f"{desk.house.url}/profile/")
    assert eventually(page, lambda: page.evaluate(SHOWN) == ["Uma conversa nova"])
