"""The inbox on years of history: every named list, the search, and a very long conversation.

    python -m benchmarks.make_history
    DATABASE_URL=.../ramal_history python -m benchmarks.bench_pages --repeats 7

Through Django's test client, which is the page without the network. For each case: the page, all its
SQL, the list's own statement, the number of statements; all by an agent of three queues and by the
administrator. Ratios are against an empty view behind the same middleware, measured in the same run.
"""

import argparse
import json
import statistics
import time
from dataclasses import asdict, dataclass, field
from os import environ
from pathlib import Path
from urllib.parse import urlsplit

MUST_MS, AIM_MS, LIST_SQL_MS, MOST_QUERIES = 200, 60, 5, 12
LONGEST = "longest conversation"  # its page has the list beside it, and more statements
LIST_MARK = '"has_draft"'  # only the list's statement has it


@dataclass
class Case:
    """One page by one person, and what its repetitions cost in milliseconds."""

    name: str
    person: str
    address: str
    page: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    list_sql: list[float] = field(default_factory=list)
    queries: int = 0

    def cut(self, what: str, share: int) -> float:
        """Return a percentile of what was measured."""
        values = getattr(self, what) or [0.0]
        if len(values) == 1:
            return values[0]
        return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def main() -> None:
    import django

    environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    environ["DATABASE_URL"] = (options := _options()).database_url
    django.setup()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    baseline, cases = measure(options.repeats)
    options.out.write_text(json.dumps([asdict(case) for case in cases], indent=1))
    report(baseline, cases)


def measure(repeats: int) -> tuple[float, list[Case]]:
    """Return the empty view's median in milliseconds, and every case measured."""
    from django.db import connection

    people = _people()
    cases = [
        Case(name, person, address)
        for person, client in people.items()
        for name, address in _addresses(client.user)
    ]
    for client in people.values():
        client.get(
            "/inbox/", HTTP_HOST="localhost"
        )  # settings and templates are cached from here on
    baseline = _baseline(people["administrator"], repeats * 10)
    for _ in range(repeats):
        for case in cases:
            watch = _Watch()
            began = time.perf_counter()
            with connection.execute_wrapper(watch):
                answer = people[case.person].get(case.address, HTTP_HOST="localhost")
            case.page.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (case.address, answer.status_code)
            case.sql.append(sum(watch.spent))
            case.list_sql += watch.of_list
            case.queries = max(case.queries, len(watch.spent))
    return baseline, cases


class _Watch:
    """Times the statements of one page."""

    def __init__(self):
        self.spent: list[float] = []
        self.of_list: list[float] = []

    def __call__(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent.append((time.perf_counter() - began) * 1000)
            if LIST_MARK in sql:
                self.of_list.append(self.spent[-1])


def _people() -> dict:
    """Clients that are logged in: an agent who holds conversations, and the administrator."""
    from django.test import Client

    from accounts.models import User
    from accounts.models.users import Role

    found = {}
    agents = User.objects.filter(role=Role.AGENT, conversations__state="active")
    for name, people in {
        "agent": agents,
        "administrator": User.objects.filter(role=Role.ADMIN),
    }.items():
        client = Client()
        client.user = people.order_by("username").first()
        client.force_login(client.user)
        found[name] = client
    return found


def _baseline(client, repeats: int) -> float:
    from django.test import override_settings

    spent = []
    with override_settings(ROOT_URLCONF="benchmarks.empty_urls"):
        for _ in range(repeats):
            began = time.perf_counter()
            answer = client.get("/empty/", HTTP_HOST="localhost")
            spent.append((time.perf_counter() - began) * 1000)
            assert answer.content == b"empty"
    return statistics.median(spent)


def _addresses(user):
    """Every case's name and address, filled in with what the data have."""
    from benchmarks.list_combinations import COMBINATIONS
    from conversations.access import visible_conversations
    from conversations.models import Conversation, Message, Queue, Tag

    mine = visible_conversations(user).open().select_related("customer")
    known = mine.filter(assignee__isnull=False).newest_first().first()
    places = {
        "queue": Queue.objects.for_user(user).order_by("position").first().pk,
        "channel": known.channel_id,
        "agent": known.assignee_id,
        "tag": Tag.objects.order_by("name").first().pk,
        "city": known.customer.city,
    }
    for name, query in COMBINATIONS.items():
        yield name, f"/inbox/?{query.format(**places)}"
    numbered = Message.objects.filter(conversation=known, body__regex=r"\d{7}").first()
    number = numbered.body.split()[-1].strip(".?") if numbered else "7777777"
    for name, words in _searches(known, number).items():
        yield f"search: {name}", f"/inbox/?tab=all&search={words}"
    biggest = Conversation.objects.order_by("-version").filter(pk__in=mine.values("pk")).first()
    yield LONGEST, f"/conversations/{biggest.pk}/"


def _searches(known, number: str) -> dict[str, str]:
    from urllib.parse import quote

    searches = {
        "whole name": known.customer.name,
        "common name": "maria",
        "name while one types": "mar",
        "two letters": "jo",
        "whole phone": known.customer.phone.removeprefix("+55"),
        "end of a phone": known.customer.phone[-4:],
        "CPF nobody has": "123.456.789-09",
        "protocol": known.protocol,
        "day of a protocol": known.protocol[:8],
        "rare word": number,
        "common word": "internet",
        "common word while one types": "inter",
        "one letter more than nothing": "int",
        "two words": "luz vermelha",
        "word with accents": "instalação",
        "word nobody wrote": "ornitorrinco",
        "a whole sentence": "O roteador está com a luz vermelha piscando",
        "2,000 characters": "a " * 1000,
    }
    return {name: quote(words) for name, words in searches.items()}


def report(baseline: float, cases: list[Case]) -> None:
    """Print a table, the slowest first, and what misses its target."""
    print(f"\nEmpty view: {baseline:.2f} ms (median)\n")
    print(
        "| page | by | p50 / p95 ms | of empty | SQL p50 / p95 | list's SQL p50 / p95 | statements |"
    )
    print("|---|---|---|---|---|---|---|")
    for case in sorted(cases, key=lambda case: -case.cut("page", 95)):
        print(
            f"| {case.name} | {case.person} | {_cuts(case, 'page')}"
            f" | {case.cut('page', 50) / baseline:.1f} | {_cuts(case, 'sql')}"
            f" | {_cuts(case, 'list_sql', 2)} | {case.queries} |"
        )
    everything = Case("all", "", "", page=[ms for case in cases for ms in case.page])
    print(f"\nAll pages: p50 / p95 {_cuts(everything, 'page')} ms (must {MUST_MS}, aim {AIM_MS})")
    for case in cases:
        for problem in problems(case):
            print(f"MISSED {case.person}, {case.name}: {problem}")


def problems(case: Case) -> list[str]:
    """Say which targets of spec/08 a case misses."""
    found = []
    if case.cut("page", 95) >= MUST_MS:
        found.append(f"page {case.cut('page', 95):.0f} ms")
    is_list = not case.name.startswith("search") and case.name != LONGEST
    if is_list and case.list_sql and case.cut("list_sql", 50) >= LIST_SQL_MS:
        found.append(f"list's SQL {case.cut('list_sql', 50):.1f} ms")
    if is_list and case.list_sql and case.queries > MOST_QUERIES:
        found.append(f"{case.queries} statements")
    return found


def _cuts(case: Case, what: str, digits: int = 1) -> str:
    return f"{case.cut(what, 50):.{digits}f} / {case.cut(what, 95):.{digits}f}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_pages")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("pages.json"))
    parser.add_argument("--database-url", default=environ.get("DATABASE_URL", ""))
    parser.add_argument("--history", action="store_true", help="take ramal_history beside it")
    options = parser.parse_args()
    if not options.database_url:
        parser.error("set DATABASE_URL to the database that make_history has written")
    if options.history:
        parts = urlsplit(options.database_url)
        options.database_url = parts._replace(path="/ramal_history").geturl()
    return options


if __name__ == "__main__":
    main()
