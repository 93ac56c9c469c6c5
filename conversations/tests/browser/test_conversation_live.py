"""Two people and a customer: everything is seen by everybody without loading a page again."""

import re

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import TWO_FRAMES

pytestmark = pytest.mark.browser


def take(page):
    page.locator(".thread-head .btn.act-take").click()
    page.wait_for_selector('[data-standing="mine"]')


def write(page, text):
    page.fill("#composer-text", text)
    page.press("#composer-text", "Enter")


def test_an_agent_takes_writes_and_sees_the_ticks_go_to_read(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    write(page, "Bom dia, já estou vendo")
    message = page.locator(".msg", has_text="já estou vendo")
    expect(message.locator('.ticks[data-status="read"]')).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("")


def test_what_the_customer_writes_appears_by_itself(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    zeca.says("Continua sem sinal")
    expect(page.locator(".msg[data-from=them]", has_text="Continua sem sinal")).to_be_visible()
    page.locator("#tab-waiting").click()
    row = page.locator(f'[data-open="{zeca.conversation}"]')
    expect(row.locator(".preview")).to_have_text("Continua sem sinal")


def test_the_title_counts_what_is_unread_and_reading_takes_it_away(desk_of, zeca):
    desk = desk_of("tiago")
    page = desk.open(zeca.path)
    take(page)
    page.goto(desk.house.url + "/inbox/")
    zeca.says("Alô?")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.locator(f'[data-open="{zeca.conversation}"]').click()
    expect(page).not_to_have_title(re.compile(r"^\("))
    expect(page.locator(f'[data-open="{zeca.conversation}"] .count')).to_have_count(0)


def test_of_two_agents_one_has_it_and_the_other_reads_who(desk_of, zeca):
    ana, tiago = desk_of("ana").open(zeca.path), desk_of("tiago").open(zeca.path)
    # Tiago's page must not hear of it first: his button is pressed before his screen changes.
    tiago.route("**/changes/**", lambda route: route.abort())
    tiago.evaluate("document.querySelector('#take-form').id = 'held'")
    take(ana)
    tiago.evaluate("document.querySelector('#held').requestSubmit()")
    expect(tiago.locator(".toast[data-tone=bad]")).to_contain_text("Ana Souza")
    expect(tiago.locator('.why[data-when="other"]')).to_be_visible()
    expect(tiago.locator(".thread-head .btn.act-take")).to_be_hidden()


def test_a_colleague_sees_the_note_and_the_take_over(desk_of, zeca):
    tiago, ana = desk_of("tiago").open(zeca.path), desk_of("ana").open(zeca.path)
    take(ana)
    expect(tiago.locator("#conversation-head .state-label")).to_contain_text("Ana")
    ana.locator("[data-note-mode]").click()
    write(ana, "Terceira queda hoje")
    expect(tiago.locator(".msg[data-from=note]")).to_contain_text("Terceira queda hoje")
    expect(ana.locator("#composer")).to_have_attribute("data-mode", "reply")


def test_a_refusal_leaves_the_text_where_it_is(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.fill("#composer-text", "x" * 4000)
    page.evaluate("document.querySelector('#composer-text').value = 'y'.repeat(4097)")
    page.press("#composer-text", "Enter")
    expect(page.locator(".toast[data-tone=bad]")).to_be_visible()
    assert len(page.input_value("#composer-text")) == 4097


def test_what_a_dropped_connection_did_not_answer_waits_and_is_sent_once(desk_of, zeca):
    desk = desk_of("ana")
    page = desk.open(zeca.path)
    take(page)

    is_cut = [True]

    # The request arrives, its answer does not.
    def cut(route):
        answer = route.fetch()
        if is_cut[0]:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route("**/messages/", cut)
    write(page, "Uma só vez")
    waiting = page.locator(".waiting .msg", has_text="Uma só vez")
    expect(waiting).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("")
    is_cut[0] = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(waiting).to_have_count(0)
    expect(page.locator("#thread .msg", has_text="Uma só vez")).to_have_count(1)
    desk.complaints.clear()  # the browser told of the cut


def test_what_is_typed_while_a_message_is_on_its_way_is_not_lost(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)

    def slowly(route):
        page.evaluate("document.querySelector('#composer-text').value = ''")
        page.locator("#composer-text").press_sequentially("segunda")
        route.continue_()

    page.route("**/messages/", slowly, times=1)
    write(page, "primeira")
    expect(page.locator(".msg", has_text="primeira")).to_be_visible()
    expect(page.locator("[data-send]")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#composer-text")).to_have_value("segunda")
    page.press("#composer-text", "Enter")
    expect(page.locator(".msg", has_text="segunda")).to_be_visible()


def test_a_draft_stays_with_its_conversation(desk_of, house, zeca):
    other = house.furnished["customers"].pop(0)
    page = desk_of("ana").open(f"{zeca.path}?tab=waiting")
    page.fill("#composer-text", "meia frase")
    page.locator(f'[data-open="{other["conversation"]}"]').click()
    expect(page.locator("#conversation-head h2")).to_have_text(other["name"])
    expect(page.locator("#composer-text")).to_have_value("")
    page.go_back()
    expect(page.locator("#composer-text")).to_have_value("meia frase")


def test_a_reply_quotes_and_the_quote_leads_back(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.locator(".msg[data-from=them]").hover()
    page.locator(".msg[data-from=them] [data-quote]").click()
    write(page, "Desde quando?")
    quote = page.locator(".msg[data-from=us] .quote")
    expect(quote).to_contain_text("Estou sem internet")
    quote.click()
    expect(page.locator(".msg[data-from=them][data-jumped]")).to_be_visible()


def test_what_goes_to_a_foreign_queue_leaves_the_screen(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.keyboard.press("t")
    page.fill("#transfer-filter", "financeiro")
    page.locator("#transfer-targets label:visible").click()
    page.fill("#transfer-reason", "segunda via")
    page.locator("dialog[open] footer .btn[data-kind=primary]").click()
    expect(page.locator(".thread")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/inbox/"))
    expect(page.locator(".toast")).to_contain_text("Financeiro")


def test_closing_asks_for_nothing_more_than_needed_and_shows_it(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.keyboard.press("e")
    page.select_option("#close-reason", index=1)
    page.fill("#close-note", "resolvido por telefone")
    page.locator("dialog[open] footer .btn[data-kind=primary]").click()
    expect(page.locator('.why[data-when="closed"]')).to_be_visible()
    expect(page.locator(".event", has_text="resolvido por telefone")).to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_viewer_has_no_button_that_would_be_refused(desk_of, zeca):
    page = desk_of("vera").open(zeca.path)
    expect(page.locator('.why[data-when="viewer"]')).to_be_visible()
    expect(page.locator(".act:visible")).to_have_count(0)
    expect(page.locator("#composer")).to_be_hidden()


def test_reading_above_is_not_disturbed_by_what_comes_below(desk_of, zeca):
    page = desk_of("ana", viewport={"width": 1440, "height": 420}).open(zeca.path)
    take(page)
    for number in range(6):
        write(page, f"linha {number}\n" * 3)
        sent = page.locator(".msg", has_text=f"linha {number}")
        expect(sent.locator('.ticks[data-status="read"]')).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("")
    page.evaluate("document.querySelector('.thread-scroll').scrollTop = 0")
    page.evaluate(TWO_FRAMES)
    zeca.says("Está aí?")
    expect(page.locator(".new-pill")).to_be_visible()
    assert page.evaluate("document.querySelector('.thread-scroll').scrollTop") == 0
    page.locator(".new-pill").click()
    expect(page.locator(".msg", has_text="Está aí?")).to_be_in_viewport()
    expect(page.locator(".new-pill")).to_be_hidden()
