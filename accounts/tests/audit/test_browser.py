"""The page of the trail in a real browser: both themes, a phone's width, by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from accounts.models import AuditEntry
from accounts.models.audit import AuditKind, AuditSource

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PREPARED = 70


@pytest.fixture
def page_of(cast, live_server, chromium):
    """Open the trail as Davi: `page_of(PHONE, "dark")`; the page's own code may not complain."""
    client = Client()
    client.force_login(cast.davi)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    AuditEntry.objects.bulk_create(prepared(cast))
    contexts, complaints = [], []

    def open_page(viewport=WIDE, theme="light"):
        context = chromium.new_context(viewport=viewport, color_scheme=theme)
        contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + "/audit/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


def prepared(cast) -> list[AuditEntry]:
    change = {
        "before": {"name": "Suporte", "capacity": None},
        "after": {"name": "Suporte técnico", "capacity": 6},
    }
    facts = {
        "target_type": "conversations.queue",
        "target_label": "Suporte técnico",
        "request_id": "0123456789abcdef",
    }
    return [
        AuditEntry(
            kind=AuditKind.QUEUE_CHANGED, source=AuditSource.ADMIN, actor_id=cast.davi.pk,
            actor_name="Davi Rocha", address="192.0.2.14", **change, **facts,
        )
        for _number in range(PREPARED)
    ]  # fmt: skip


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(page_of, viewport, theme):
    page = page_of(viewport, theme)
    page.locator(".trail summary").nth(1).click()
    expect(page.locator("details[open] .diff ins").first).to_be_visible()
    main = page.locator("#main")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()


def test_it_is_worked_by_keyboard_alone(page_of):
    page = page_of()
    summary = page.locator(".trail summary").nth(1)
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open] .diff")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("details[open] .trail-body a").first).to_be_focused()
    page.get_by_role("searchbox").focus()
    page.keyboard.type("nobody of this name")
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_be_visible()
    assert "text=nobody" in page.url


def test_older_entries_come_in_place(page_of):
    page = page_of()
    expect(page.locator(".trail details")).to_have_count(50)
    page.locator("#older a").click()
    expect(page.locator(".trail details")).to_have_count(PREPARED + 1)  # and Davi's login
    expect(page.locator("#older")).to_have_count(0)
    assert page.url.endswith("/audit/")
