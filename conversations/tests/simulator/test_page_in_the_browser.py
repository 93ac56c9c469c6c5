import threading

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from conversations.models import (
    SimulatorDelivery,
    SimulatorMessage,
    SimulatorSetting,
    WorkItem,
)
from conversations.providers.simulator import media
from conversations.providers.simulator.accept import accept
from conversations.providers.simulator.pump import Pump
from conversations.tests.simulator.bodies import buttons, message

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("conversations.tests.simulator.urls"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def pump_to_us(live_server):
    stop = threading.Event()
    thread = threading.Thread(target=Pump(stop, live_server.url).run)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def page(chromium, live_server, client_of, ana, phone, pump_to_us):
    """The simulator's page as Ana sees it; `complaints` are the console's errors."""
    client = client_of(ana)
    context = chromium.new_context()
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.complaints = []
    page.on(
        "console", lambda line: page.complaints.append(line.text) if line.type == "error" else None
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}{reverse('simulator:page')}?phone={phone.pk}")
    yield page
    context.close()


def test_what_one_writes_reaches_our_webhook_and_gets_its_ticks(page):
    page.locator("[name=text]").fill("oi")
    page.keyboard.press("Enter")
    page.locator("#ph-chat .tick[data-status=delivered]").wait_for()
    expect(page.locator("#ph-form [name=text]")).to_have_value("")
    assert WorkItem.objects.exists()


def test_a_message_of_ours_appears_by_itself_and_its_button_can_be_tapped(page, simulator):
    body = buttons("Sim", "Não")
    accept(simulator, body, "interactive", SimulatorSetting.current())
    page.locator(".ph-btn", has_text="Não").click()
    page.locator(".ph-msg[data-me]", has_text="Não").wait_for()
    reply = SimulatorMessage.objects.get(direction="in")
    assert reply.payload["interactive"]["button_reply"] == {"id": "b1", "title": "Não"}


def test_the_console_has_nothing_to_complain_about(page, simulator):
    accept(simulator, buttons("Sim"), "interactive", SimulatorSetting.current())
    page.locator(".ph-btn", has_text="Sim").click()
    page.locator(".ph-msg[data-me]", has_text="Sim").wait_for()
    # The test's server is a WSGI one, without websockets.
    assert [line for line in page.complaints if "/ws/" not in line] == []


def test_what_is_being_typed_survives_the_updates(page, simulator):
    page.locator("[name=text]").fill("ainda escr")
    accept(simulator, buttons("Sim"), "interactive", SimulatorSetting.current())
    page.locator(".ph-btn", has_text="Sim").wait_for()
    assert page.locator("[name=text]").input_value() == "ainda escr"


def test_a_line_of_the_log_stays_open_while_others_arrive(page, phone, simulator):
    page.locator("[name=text]").fill("oi")
    page.keyboard.press("Enter")
    page.locator("#sim-log summary").first.click()
    accept(simulator, buttons("Sim"), "interactive", SimulatorSetting.current())
    page.locator("#sim-log details").nth(3).wait_for()
    assert page.locator("#sim-log details[open]").count() == 1


def test_a_voice_message_is_recorded_in_the_browser_and_ours_is_played(
    page, simulator, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    page.get_by_role("button", name="Record a voice message").click()
    page.locator(".ph-recording .time", has_text="0:01").wait_for()
    page.keyboard.press("Enter")
    page.locator(".ph-item[data-me] audio").wait_for()
    recorded = SimulatorMessage.objects.get()
    assert recorded.payload["audio"]["mime_type"] == "audio/ogg; codecs=opus"

    content = (media.SAMPLES / "recado.ogg").read_bytes()
    file = media.upload(simulator, content, "audio/ogg; codecs=opus")
    body = message("audio", {"id": file.media_id, "voice": True})
    accept(simulator, body, "audio", SimulatorSetting.current())
    with page.expect_response("**/play/"):
        page.locator("audio[data-heard]").evaluate("audio => audio.play()")
    assert SimulatorDelivery.objects.filter(kind="played").count() == 1
    assert [line for line in page.complaints if "/ws/" not in line] == []


def test_the_sheets_work_by_keyboard_and_close_when_something_was_sent(page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page.locator("[name=text]").fill("oi")
    page.keyboard.press("Enter")
    page.locator(".ph-msg[data-me]", has_text="oi").click(button="right")
    page.locator(".ph-menu").get_by_role("button", name="👍").click()
    page.locator(".ph-reactions", has_text="👍").wait_for()
    page.locator("[name=text]").fill("olha as luzes")
    page.locator(".ph-foot [popovertarget=ph-attach]").focus()
    page.keyboard.press("Enter")
    page.locator("#ph-attach [value=image]").focus()
    page.keyboard.press("Enter")
    bubble = page.locator(".ph-item[data-me]", has=page.locator("img"))
    bubble.filter(has_text="olha as luzes").wait_for()
    page.locator(".ph-image img").evaluate("image => image.decode()")
    assert page.locator("#ph-attach").is_hidden()
    page.get_by_role("button", name="Odd things").click()
    page.locator("#ph-odd [value=advert]").click()
    page.locator(".ph-item[data-me] .quote", has_text="500 mega").wait_for()
    assert [line for line in page.complaints if "/ws/" not in line] == []
    page.get_by_role("button", name="Odd things").click()
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_page_fills_its_height_and_nothing_lies_over_another(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    main, phone, log = (
        page.locator(name).bounding_box() for name in (".main", ".sim-phone", ".sim-log")
    )
    if width > 1000:
        assert phone["height"] == log["height"] == main["height"] == height
    else:
        assert log["y"] >= phone["y"] + phone["height"]


def violations(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    return [violation["id"] for violation in Axe().run(page).response["violations"]]


def test_the_page_has_no_accessibility_violations(page, simulator):

    accept(simulator, buttons("Sim"), "interactive", SimulatorSetting.current())
    page.locator(".ph-btn", has_text="Sim").wait_for()
    page.locator(".ph-more > summary").first.click()
    assert violations(page) == []
