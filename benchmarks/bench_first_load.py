"""How long a browser with an empty cache takes until the inbox is live, and what that weighs.

    python -m benchmarks.bench_first_load [--repeats 9]

An embedded house with 60 waiting customers, a real Chromium, 1440x900. The baseline of the same run
is the page for logging in: the same styles and fonts, no list, no socket.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from conftest import CHROMIUM, CHROMIUM_FLAGS
from helpdesk.testing.house import House, run_module
from helpdesk.testing.page_weight import FirstLoad, first_load

WIDE = {"width": 1440, "height": 900}
LOGIN, INBOX = "/accounts/login/", "/inbox/?tab=all"


def main() -> None:
    """Print a small table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_first_load")
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
    with tempfile.TemporaryDirectory() as folder:
        with House(Path(folder), furnish=(), parts=("start",)) as house:
            told = run_module(house.environment, "conversations.tests.browser.furnish")
            session = json.loads(told.splitlines()[-1])["sessions"]["ana"]
            house.open()
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
                inbox = [cold(chromium, house, INBOX, session) for _ in range(repeats)]
                login = [cold(chromium, house, LOGIN) for _ in range(repeats)]
    print("| what | median |\n| --- | --- |")
    print(f"| inbox live, empty cache | {seconds_of(inbox):.2f} s |")
    print(f"| ratio to the page for logging in | {seconds_of(inbox) / seconds_of(login):.1f} |")
    print(f"| weight without media | {median(one.content_bytes for one in inbox) / 1000:.0f} kB |")
    print(f"| requests | {median(one.requests for one in inbox):.0f} |")


def cold(chromium, house: House, path: str, session: str = "") -> FirstLoad:
    """Load a path in a browser profile that has seen nothing yet."""
    context = chromium.new_context(viewport=WIDE)
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": house.url}])
    until = {"until": "#id_login"} if path == LOGIN else {}
    try:
        return first_load(context.new_page(), house.url + path, **until)
    finally:
        context.close()


def seconds_of(loads: list[FirstLoad]) -> float:
    return median(one.seconds for one in loads)


if __name__ == "__main__":
    main()
