"""The composer beyond text: buttons with their preview, a reaction by keyboard, a closed window."""

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE, eventually
from conversations.tests.browser.test_files import sent_parts, take

pytestmark = pytest.mark.browser


def test_buttons_are_composed_with_a_preview_and_sent(desk_of, zeca):
    page = desk_of("ana", viewport=PHONE).open(zeca.path)
    page.locator('#composer-state .why:visible button[form="take-form"]').click()
    page.wait_for_selector('[data-standing="mine"]')
    page.locator("[data-opens=composer-more]").click()
    page.locator("#composer-more a").nth(2).click()
    dialog = page.locator("#dialog dialog")
    preview = dialog.locator(".preview")
    expect(preview.locator(".problems")).to_be_visible()
    dialog.locator("[name=body]").fill("Pode ser hoje?")
    dialog.locator("[name=button_1]").fill("Sim, pode")
    expect(preview.locator(".bubble")).to_contain_text("Pode ser hoje?")
    expect(preview.locator(".options")).to_contain_text("Sim, pode")
    expect(preview.locator(".problems")).to_have_count(0)
    dialog.locator("[data-kind=primary]").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#thread .options", has_text="Sim, pode")).to_be_visible()
    assert eventually(page, lambda: sent_parts(zeca, "interactive"))
    reply = sent_parts(zeca, "interactive")[0]["action"]["buttons"][0]["reply"]
    assert reply == {"id": "1", "title": "Sim, pode"}


def test_a_customers_message_gets_a_reaction_by_keyboard(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    zeca.says("Funcionou, obrigado")
    message = page.locator(".msg", has_text="Funcionou")
    expect(message).to_be_visible()
    message.locator("[form=react-form]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog .emojis [data-emoji]").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(message.locator(".reaction")).to_have_text("❤️")
    expect(page.locator("#dialog dialog")).to_have_count(0)
    assert eventually(page, lambda: sent_parts(zeca, "reaction"))
    assert sent_parts(zeca, "reaction")[0]["emoji"] == "❤️"


def test_an_emoji_is_put_where_the_cursor_is(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    text = page.locator("#composer-text")
    text.fill("Bom dia!")
    text.press("Home")
    page.locator(".composer a[hx-get*='/emoji/']").click()
    page.locator("#dialog [data-emoji]").first.click()
    expect(text).to_have_value("😀Bom dia!")
    expect(text).to_be_focused()


def test_a_refusal_because_of_the_window_leaves_the_place_of_a_template(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    zeca.house.graph.script_faults("error=131047")
    page.locator("#composer-text").fill("Ainda está aí?")
    page.locator("#composer-text").press("Enter")
    expect(page.locator(".msg .fail", has_text="131047")).to_be_visible()
    expect(page.locator("#conversation")).to_have_attribute("data-standing", "window")
    offer = page.locator('.why[data-when="window"] .act-template')
    expect(offer).to_be_visible()
    offer.click()
    expect(page.locator("#dialog dialog")).to_be_visible()
