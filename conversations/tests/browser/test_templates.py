"""The window is closed: an agent fills in a template, sees it as the customer will, and sends it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_template_is_filled_in_with_a_live_preview_sent_and_ticked(desk_of, house):
    page = desk_of("ana").open(f"/conversations/{house.furnished['late']['conversation']}/")
    page.locator(".thread-head .btn.act-take").click()
    page.wait_for_selector('[data-standing="mine"], [data-standing="window"]')
    page.locator(".act-template:visible").first.click()
    page.locator("#template-list label", has_text="visita_marcada").click()
    day = page.locator('[data-fills="body.data"]')
    page.locator('[data-fills="body.nome"]').fill("Seu José")
    day.fill("hoje")
    preview = page.locator(".template-preview .ph-msg")
    expect(preview).to_contain_text("Oi, Seu José! Sua visita está marcada para hoje")
    day.fill("")
    expect(preview.locator(".var[data-tone=bad]")).to_have_text("{{data}}")
    day.fill("amanhã")
    day.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    message = page.locator(".msg", has_text="Sua visita está marcada para amanhã")
    expect(message.locator('.ticks[data-status="read"]')).to_be_visible()
    expect(message.locator(".options li")).to_have_text(["Confirmar", "Remarcar"])
