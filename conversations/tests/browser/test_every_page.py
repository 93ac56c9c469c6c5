"""Every page that somebody opens is accessible, in both themes and on a telephone, and silent.

Light on a wide screen and dark on a telephone here; PROCESS_TESTS=full adds the other two.
"""

import os
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe

from conversations.tests.browser.conftest import PHONE, WIDE
from conversations.tests.browser.test_looks import STILL

pytestmark = pytest.mark.browser
LOOKS = [("light", WIDE), ("dark", PHONE)]
if os.environ.get("PROCESS_TESTS") == "full":
    LOOKS += [("dark", WIDE), ("light", PHONE)]

OF_AN_AGENT = [
    "/inbox/?tab=all&search=Cliente",
    "/conversations/{conversation}/details/",
    "/customers/",
    "/customers/{customer}/",
    "/team/",
    "/canned/",
    "/scheduled/",
    "/notifications/",
    "/profile/",
]
OF_AN_ADMINISTRATOR = [
    "/customers/import/",
    "/tags/",
    "/setup/",
    "/channels/",
    "/ingest/",
    "/users/",
    "/audit/",
]


@pytest.mark.parametrize(("scheme", "viewport"), LOOKS)
@pytest.mark.parametrize(
    ("who", "paths"), [("ana", OF_AN_AGENT), ("davi", OF_AN_ADMINISTRATOR)], ids=["ana", "davi"]
)
def test_every_page_is_accessible(desk_of, house, scheme, viewport, who, paths):
    desk = desk_of(who, viewport=viewport, color_scheme=scheme, **STILL)
    [(conversation, customer)] = house.rows(
        "SELECT id, customer_id FROM conversations_conversation ORDER BY id LIMIT 1"
    )
    things = {"conversation": UUID(str(conversation)), "customer": UUID(str(customer))}
    desk.is_deaf = True  # axe writes styles
    found = {path: complaints_of(desk, path.format(**things)) for path in paths}
    assert not any(found.values()), "\n".join(
        f"{path}: {said}" for path, said in found.items() if said
    )


def complaints_of(desk, path: str) -> str:
    """What is wrong with a page: its answer, axe's findings, or that it sticks out sideways."""
    answer = desk.page.goto(desk.house.url + path)
    if answer.status != 200:
        return f"answered {answer.status}"
    axe = Axe().run(desk.page)
    if axe.violations_count:
        return axe.generate_report()
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return "" if desk.page.evaluate(fits) else "wider than the window"
