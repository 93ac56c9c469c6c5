"""Everybody knocks at every door: each answer is the one declared in url_table.py, read by people.

The things stand in the house once per module; each request is undone after it.
"""

import re
from http.cookies import SimpleCookie
from itertools import product

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from helpdesk.testing.strict import faults
from helpdesk.tests.processes.conftest import IS_FULL
from helpdesk.tests.test_addresses import every_address
from helpdesk.tests.url_objects import World
from helpdesk.tests.url_rules import address_with, pages, tables

UNDECLARED = (
    "{} ({}) is not declared. Add a line to helpdesk/tests/url_table.py that says who may, by"
    " which method, and what it answers; the notation is explained at its top."
)
COMMON, RARE = ["GET", "POST"], ["PUT", "PATCH", "DELETE"]
HTMX = {"HX-Request": "true"}
# What differs between two answers although they say the same.
NOISE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*}|nonce="[^"]*"|[0-9a-f]{32}'
)
PAGES, TABLES = pages(), tables()
WORLDS: dict[type, World] = {}
ADMIN_TABLE = re.compile(r"^/admin/(\w+)/(\w+)/(?:(add|x)/)?(history|delete|change)?/?$")


class Visitor:
    """One person's browser, which forgets after each request what came of it."""

    def __init__(self, world, role):
        self.client = Client(raise_request_exception=False)
        if role != "anonymous":
            self.client.force_login(world.people[role])
        self.kept = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def ask(self, method, address, headers=None):
        self.client.cookies = SimpleCookie(self.kept)
        with transaction.atomic():
            answer = self.client.generic(method, address, headers=headers or {})
            answer.text_of_it = answer.getvalue()  # also closes files that are sent
            transaction.set_rollback(True)
        return answer


def said(answer) -> str:
    if answer.status_code in (301, 302) and answer.url.startswith(
        (reverse("account_login"), reverse("admin:login"))
    ):
        return "login"
    return str(answer.status_code)


def knocks():
    """Yield (name, sample address, declared page, None) or (name, sample, table, verb)."""
    for name, sample in every_address():
        found = ADMIN_TABLE.match(sample)
        if name in PAGES:
            yield name, sample, PAGES[name], None
        elif found and f"{found[1]}.{found[2]}" in TABLES:
            table = f"{found[1]}.{found[2]}"
            verb = found[4] or {"add": "add", "x": "view"}.get(found[3], "changelist")
            yield f"{table} {verb}", sample, TABLES[table], verb


def test_every_address_is_declared():
    known = {sample for _name, sample, _page, _verb in knocks()}
    undeclared = [
        UNDECLARED.format(name, sample) for name, sample in every_address() if sample not in known
    ]
    if undeclared:
        pytest.fail("\n".join(undeclared), pytrace=False)


def test_every_declared_address_is_there():
    names = {name for name, _sample in every_address()}
    assert not sorted(set(PAGES) - names), "gone: take their lines out of url_table.py"
    walked = {name.split(" ")[0] for name, _sample, page, verb in knocks() if verb}
    assert not sorted(set(TABLES) - walked), "gone: take their lines out of url_table.py"


def things_of(name, page, verb) -> list[str]:
    if verb is None:
        return page.things
    return [] if verb in ("changelist", "add") else [name.split(" ")[0]]


def targets(world, role, things):
    """Yield (what, keys, is it gone for this person) of the things an address is about."""
    pairs = [world.things[thing] for thing in things]
    own = [pair.own for pair in pairs]
    has_foreign = any(pair.foreign is not None for pair in pairs)
    yield "own", own, has_foreign and role == "stranger"
    if has_foreign:
        foreign = [pair.own if pair.foreign is None else pair.foreign for pair in pairs]
        yield "foreign", foreign, role != "admin"
    for index, pair in enumerate(pairs):
        yield "missing", [*own[:index], pair.missing, *own[index + 1 :]], True


def expected(page, verb, method, role, is_gone, htmx) -> str:
    if verb is None:
        return page.expected(method, role, is_gone=is_gone, htmx=htmx)
    return page.expected(verb, method, role, is_gone=is_gone)


def ways(number, verb, what, role):
    """Yield (method, headers): pages and forms everywhere; with HTMX where nothing is missing, it is
    not the administration, which knows none, and no servers are under test: what HTMX changes in an
    answer is the same on every database.

    The rare methods with an own thing, all three for an agent and who is not logged in. For others
    they take turns, one for each address: whoever refuses one of them refuses all. At full scale
    (`make bench`) nothing is left out.
    """
    if IS_FULL:
        yield from product([*COMMON, *RARE], ({}, HTMX))
        return
    for method in COMMON:
        yield method, {}
        if verb is None and what != "missing" and settings.IS_SQLITE:
            yield method, HTMX
    if what == "own":
        every = verb is None and role in ("agent", "anonymous")
        for method in RARE if every else [RARE[number % len(RARE)]]:
            yield method, {}


def blank(answer, keys) -> str:
    """Return what was said without the ids that were asked for, and without what is chance."""
    text = answer.text_of_it.decode(errors="replace") + answer.get("Location", "")
    for key in keys:
        text = re.sub(rf"(?<![\w-]){key}(?![\w-])", "", text)
    return NOISE.sub("", text)


# Nothing outside is asked: a number that is tested here finds nobody.
@pytest.mark.long
@override_settings(WHATSAPP_GRAPH_URL="http://127.0.0.1:9")
class TestEveryAnswer(TestCase):
    """One walk per person; the world is written once for all of them."""

    @classmethod
    def setUpTestData(cls):
        WORLDS[cls] = World()

    @classmethod
    def tearDownClass(cls):
        WORLDS.clear()
        super().tearDownClass()

    def walk(self, role):
        walk = Walk(WORLDS[type(self)], role)
        for number, knock in enumerate(knocks()):
            walk.knock(number, *knock)
        if walk.wrong:
            pytest.fail("\n".join(["not as declared:", *walk.wrong]), pytrace=False)

    def test_of_somebody_who_is_not_logged_in(self):
        self.walk("anonymous")

    def test_of_a_viewer(self):
        self.walk("viewer")

    def test_of_an_agent_of_another_queue(self):
        self.walk("stranger")

    def test_of_an_agent(self):
        self.walk("agent")

    def test_of_a_supervisor(self):
        self.walk("supervisor")

    def test_of_an_administrator(self):
        self.walk("admin")


class Walk:
    """One person's way past all doors; `wrong` are the sentences about what was not as declared."""

    def __init__(self, world, role):
        self.world, self.role, self.visitor = world, role, Visitor(world, role)
        self.wrong: list[str] = []

    def knock(self, number, name, sample, page, verb) -> None:
        cache.clear()  # nobody is asked too often; per address, for what is kept costs much to ask
        said_of_gone, things = {}, things_of(name, page, verb)
        ids = [key for _what, keys, _gone in targets(self.world, self.role, things) for key in keys]
        for what, keys, is_gone in targets(self.world, self.role, things):
            address = address_with(name, sample, keys)
            for method, headers in ways(number, verb, what, self.role):
                answer = self.visitor.ask(method, address, headers)
                line = f"{name} {method}{' htmx' if headers else ''} {what} thing, {self.role}"
                wanted = expected(page, verb, method, self.role, is_gone, bool(headers))
                self.check(line, answer, wanted)
                if is_gone:
                    words = blank(answer, ids)
                    if said_of_gone.setdefault((method, bool(headers)), words) != words:
                        self.wrong.append(f"{line}: foreign answers otherwise than missing")

    def check(self, line, answer, wanted) -> None:
        if said(answer) != wanted:
            why = f" {answer.exc_info[1]!r}" if getattr(answer, "exc_info", None) else ""
            self.wrong.append(f"{line}: {said(answer)}, declared is {wanted}{why}")
        if "webhook" not in line:  # those leave before the headers of pages are set
            self.wrong += [f"{line}: {fault}" for fault in faults(answer)]
