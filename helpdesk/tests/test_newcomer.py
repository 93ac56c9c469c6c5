"""A newcomer's first quarter of an hour: two windows, one the customer's phone, one the agent's desk.

Nothing is prepared but `manage.py start`; the logins are those it prints.
"""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.testing.processes import environment_for, running

pytestmark = [pytest.mark.processes, pytest.mark.browser]
WINDOW = {"width": 1440, "height": 900}
WAIT_MS = 20_000


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    environment = environment_for(tmp_path_factory.mktemp("newcomer"))
    with running(environment, "start") as processes:
        logins = dict(re.findall(r": (\w+)  password: (\S+)", processes["start"].log()))
        yield environment["BASE_URL"], logins


@pytest.fixture
def window_of(started, chromium):
    """Log somebody in through the login page, in a window of their own."""
    url, logins = started
    contexts, complaints = [], []

    def window(name: str, path: str):
        context = chromium.new_context(viewport=WINDOW, locale="pt-BR")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.goto(url + path)
        page.fill("input[name=login]", name)
        page.fill("input[name=password]", logins[name])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"**{path}**")
        return page

    yield window
    for context in contexts:
        context.close()
    assert not complaints


def test_a_newcomer_plays_a_conversation_through_in_two_windows(window_of):
    phone = window_of("admin", "/simulator/")
    desk = window_of("juliana", "/inbox/?tab=waiting")
    screen = phone.locator(".phone")

    def says(text: str) -> None:
        phone.locator(".phone textarea, .phone input[name=text]").first.fill(text)
        phone.keyboard.press("Enter")

    says("Oi, bom dia")
    expect(screen).to_contain_text(re.compile(r"protocolo é \d{8}-\d{6}"), timeout=WAIT_MS)
    expect(screen).to_contain_text("Falar com atendente", timeout=WAIT_MS)

    says("atendente")
    row = desk.locator(".convo", has_text="Maria Aparecida")
    expect(row).to_be_visible(timeout=WAIT_MS)
    row.click()
    head = desk.locator(".pane-thread .thread-head")
    expect(head).to_contain_text("Maria Aparecida", timeout=WAIT_MS)

    desk.keyboard.press("a")
    expect(head).to_contain_text("Juliana", timeout=WAIT_MS)
    desk.locator(".composer textarea").fill("Oi, Maria! Já estou vendo o seu sinal.")
    desk.keyboard.press("Enter")
    expect(screen).to_contain_text("Já estou vendo o seu sinal", timeout=WAIT_MS)
    mine = desk.locator(".msg", has_text="Já estou vendo o seu sinal")
    expect(mine.locator(".ticks[data-status=read]")).to_be_visible(timeout=WAIT_MS)

    says("A luz está vermelha")
    expect(desk.locator(".thread")).to_contain_text("A luz está vermelha", timeout=WAIT_MS)

    desk.locator(".composer textarea").blur()
    desk.keyboard.press("e")
    dialog = desk.locator("dialog[open]")
    dialog.locator("select").first.select_option(index=1)
    dialog.locator("button[data-kind=primary]").click()
    expect(head).to_contain_text("Encerrada", timeout=WAIT_MS)
    expect(screen).to_contain_text("foi encerrado", timeout=WAIT_MS)
