"""Two people with the same customer before them, and one who works by keyboard alone."""

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import PHONE
from conversations.tests.browser.test_looks import STILL, assert_accessible

pytestmark = pytest.mark.browser


def test_what_one_changes_the_other_sees_without_losing_what_they_write(desk_of, zeca):
    ana, tiago = desk_of("ana").open(zeca.path), desk_of("tiago").open(zeca.path)
    tiago.locator("#field-city .edit").focus()
    tiago.keyboard.press("Enter")
    expect(tiago.locator("#edit-city")).to_be_focused()
    tiago.keyboard.type("Campinas")
    ana.locator("#field-plan .edit").focus()
    ana.keyboard.press("Enter")
    expect(ana.locator("#edit-plan")).to_be_focused()
    ana.keyboard.type("Fibra 600")
    ana.keyboard.press("Enter")
    expect(ana.locator("#field-plan")).to_contain_text("Fibra 600")
    expect(ana.locator("#field-plan .edit")).to_be_focused()
    expect(tiago.locator("#edit-city")).to_have_value("Campinas")
    tiago.keyboard.press("Enter")
    expect(tiago.locator("#field-city")).to_contain_text("Campinas")
    expect(tiago.locator("#field-plan")).to_contain_text("Fibra 600")
    expect(ana.locator("#field-city")).to_contain_text("Campinas")


def test_a_field_is_left_by_escape_and_a_mistake_is_named_beside_it(desk_of, zeca):
    desk = desk_of("ana", **STILL)
    desk.complaints = _without_refusals(desk)
    page = desk.open(zeca.path)
    page.locator("#field-due_day .edit").click()
    page.locator("#edit-due_day").fill("10")
    page.keyboard.press("Escape")
    expect(page.locator("#field-due_day .edit")).to_be_focused()
    expect(page.locator("#field-due_day")).not_to_contain_text("10")
    page.locator("#field-document .edit").click()
    page.locator("#edit-document").fill("529.982.247-24")
    page.keyboard.press("Enter")
    expect(page.locator("#field-document [role=alert]")).to_be_visible()
    expect(page.locator("#edit-document")).to_have_value("529.982.247-24")
    assert_accessible(desk)
    page.locator("#customer-notes header a").click()
    page.locator("#customer-notes textarea").fill("Prefere mensagem")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notebox")).to_contain_text("Prefere mensagem")


def _without_refusals(desk) -> list:
    """A form that comes back with an error is an answer; the browser reports its status."""

    class Complaints(list):
        def append(self, text):
            if "422" not in text:
                super().append(text)

    return Complaints(desk.complaints)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_customers_are_accessible(desk_of, zeca, scheme):
    desk = desk_of("ana", color_scheme=scheme, **STILL)
    page = desk.open(f"/customers/?q={zeca.name}")
    assert_accessible(desk)
    page.locator(".people .who a").first.click()
    expect(page.locator("#customer")).to_be_visible()
    assert_accessible(desk)
    page.set_viewport_size(PHONE)
    assert_accessible(desk)
    page.locator(".cust-head a[href*='/block/']").click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert_accessible(desk)
