"""What every test stands on. Where data, database and Redis are under test: helpdesk/settings.py."""

import shutil

import pytest
from django.conf import settings
from django.core.cache import cache

pytest_plugins = ["helpdesk.testing.fixtures"]

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing is drawn on a screen: no process for that.
    "--in-process-gpu",
    # A microphone that beeps, and nobody who has to allow it.
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
LONG = ("processes", "long")
NO_CHROMIUM = "no Chromium on this machine: apt-get install chromium"


def pytest_collection_modifyitems(items):
    # The long ones first, so that no worker is left alone with one at the end. pytest-xdist begins
    # by giving each of two workers an eighth: one gets the processes, the other the long walk.
    marked = {name: [i for i in items if i.get_closest_marker(name)] for name in LONG}
    rest = [i for i in items if not any(i.get_closest_marker(name) for name in LONG)]
    eighth = max(0, len(items) // 8 - len(marked["processes"]))
    items[:] = [*marked["processes"], *rest[:eighth], *marked["long"], *rest[eighth:]]
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_report_header():
    servers = f"{settings.DATABASES['default']['ENGINE']}, {settings.REDIS_URL or 'no Redis'}"
    return [f"backends: {servers}", f"browser tests: {CHROMIUM or 'NOT RUN, ' + NO_CHROMIUM}"]


def pytest_terminal_summary(terminalreporter):
    if CHROMIUM is None:
        terminalreporter.write_line(f"Browser tests were NOT RUN: {NO_CHROMIUM}", yellow=True)


@pytest.fixture(autouse=True)
def _empty_cache():
    """Counters of attempts and the like belong to one test each."""
    cache.clear()


@pytest.fixture(scope="module")
def chromium():
    """A running Chromium; tests open a context of their own: `chromium.new_context()`.

    Not for the whole session: while Playwright runs, its event loop occupies this thread, and no
    test after it could run one of its own.
    """
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Django would refuse its database on a thread with a running event loop.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
