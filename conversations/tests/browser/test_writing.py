"""Writing through a day: a draft on two devices, a lost connection, a canned response, a later hour."""

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE, eventually
from conversations.tests.browser.test_files import sent_parts, take

pytestmark = pytest.mark.browser


def test_what_is_sent_without_a_connection_waits_survives_and_leaves_once_in_order(desk_of, zeca):
    desk = desk_of("ana")
    page = desk.open(zeca.path)
    take(page)
    text = page.locator("#composer-text")
    desk.is_deaf = True  # the browser complains of the network that is away
    page.context.set_offline(True)
    for words in ("Primeira", "Segunda", "Terceira"):
        text.fill(words)
        text.press("Enter")
        expect(text).to_have_value("")
    waiting = page.locator("ul.waiting .msg")
    expect(waiting).to_have_count(3)
    waiting.nth(1).locator("[data-give-up]").click()
    expect(waiting).to_have_count(2)
    expect(text).to_have_value("Segunda")
    text.fill("")
    page.context.set_offline(False)
    expect(waiting).to_have_count(0)
    for words in ("Primeira", "Terceira"):
        expect(page.locator("#thread .msg", has_text=words)).to_have_count(1)
    sent = page.locator("#thread .msg[data-from=us] .text")
    assert [words for words in sent.all_inner_texts() if words in ("Primeira", "Terceira")] == [
        "Primeira",
        "Terceira",
    ]
    assert eventually(page, lambda: said_by_us(zeca) == ["Primeira", "Terceira"])


def said_by_us(zeca) -> list[str]:
    bodies = [part["body"] for part in sent_parts(zeca, "text")]
    return [body for body in bodies if body in ("Primeira", "Segunda", "Terceira")]


def test_a_draft_goes_from_the_desk_to_the_phone_and_is_gone_when_it_is_sent(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.ok):
        page.locator("#composer-text").fill("Vou verificar *agora*")
    expect(page.locator(".as-seen strong")).to_have_text("agora")
    phone = desk_of("ana", viewport=PHONE).open(zeca.path)
    there = phone.locator("#composer-text")
    expect(there).to_have_value("Vou verificar *agora*")
    there.press("Control+Enter")
    expect(there).to_have_value("")
    expect(page.locator("#composer-text")).to_have_value("")
    page.locator("[data-note-mode]").click()
    with page.expect_response(lambda answer: "/draft/" in answer.url and answer.ok):
        page.locator("#composer-text").fill("Só para nós")
    page.reload()
    expect(page.locator("#composer")).to_have_attribute("data-mode", "note")
    expect(page.locator("#composer-text")).to_have_value("Só para nós")


def test_marks_by_keys_and_a_variable_that_is_left_stops_the_first_send(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    text = page.locator("#composer-text")
    text.fill("oi tudo bem")
    text.press("Control+a")
    text.press("Control+b")
    text.press("Control+i")
    expect(text).to_have_value("*_oi tudo bem_*")
    text.press("Control+i")
    expect(text).to_have_value("*oi tudo bem*")
    text.fill("Visita em {{data}}")
    text.press("Enter")
    expect(page.locator("#composer .unfilled")).to_contain_text("{{data}}")
    text.press("Enter")
    expect(page.locator("#thread .msg", has_text="Visita em {{data}}")).to_be_visible()


def test_a_canned_response_with_a_file_is_written_called_and_captioned(desk_of, zeca, tmp_path):
    from conversations.tests.media.samples import picture

    file = tmp_path / "mapa.png"
    file.write_bytes(picture("PNG"))
    page = desk_of("ana").open("/canned/")
    page.locator("a[hx-get*='/canned/new/']").first.click()
    form = page.locator("#dialog form")
    form.locator("[name=shortcut]").fill("mapa")
    form.locator("[name=body]").fill("Segue o *mapa*, {{customer.first_name}}")
    expect(form.locator(".preview strong")).to_have_text("mapa")
    form.locator("[name=files]").set_input_files(str(file))
    form.locator("footer [data-kind=primary]").click()
    expect(page.locator(".replies code", has_text="/mapa")).to_be_visible()
    page = desk_of("ana").open(zeca.path)
    take(page)
    text = page.locator("#composer-text")
    text.press_sequentially("/map")
    expect(page.locator("#canned [aria-selected=true] .whole strong")).to_be_visible()
    text.press("Enter")
    expect(text).to_have_value(f"Segue o *mapa*, {zeca.name.split()[0]}")
    expect(page.locator(".shot .name")).to_have_text("mapa.png")
    page.locator("[data-caption]").fill("Sua rua")
    text.press("Enter")
    expect(page.locator(".shot")).to_have_count(0)
    expect(page.locator("#thread .msg", has_text="Sua rua")).to_be_visible()
    expect(page.locator("#thread .msg", has_text="Segue o mapa")).to_be_visible()


def test_a_text_is_scheduled_from_the_composer_put_off_and_withdrawn(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.locator("#composer-text").fill("Passou a chuva?")
    page.locator("#composer .later").click()
    dialog = page.locator("#dialog dialog")
    expect(dialog.locator("[name=body]")).to_have_value("Passou a chuva?")
    dialog.locator(".choices label").first.click()
    dialog.locator("footer [data-kind=primary]").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#composer-text")).to_have_value("")
    strip = page.locator(".scheduled-strip")
    expect(strip).to_contain_text("Passou a chuva?")
    strip.locator("a").click()
    dialog.locator("form[action*='withdraw'] button").click()
    expect(strip).to_have_count(0)
    expect(page.locator("#thread .msg", has_text="Passou a chuva?")).to_have_count(0)
