"""The orders of the list, and going on behind a row while the list moves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conversations import lists
from conversations.access import visible_conversations
from conversations.list_filters import ListFilter
from conversations.list_sorts import sort_of
from conversations.models import Conversation, Priority, State
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db
EVERY_ORDER = [(tab, sort) for tab in ("mine", "waiting", "all") for sort in ("waiting", "newest")]


def page(user, tab, sort, after="", shown=2):
    return lists.page_for(user, ListFilter(tab=tab, order=sort, after=after, shown=shown))


def everything(user, tab, sort):
    """Scroll to the end, two rows at a time."""
    names, after = [], ""
    while True:
        found = page(user, tab, sort, after)
        names += [row.customer.name for row in found.rows]
        after = found.after
        if not after:
            return names


@pytest.fixture
def lines(talk, ana):
    """Held ones of which two wait for an answer, and queued ones; two stand at the same moment."""
    now = timezone.now()
    for minutes in (1, 4, 4, 9, 30):
        talk(f"Espera {minutes}", minutes=minutes, queued_at=now - timedelta(minutes=minutes))
    talk("Urgente", minutes=2, priority=Priority.URGENT)
    for minutes, waits in {3: 20, 6: None, 8: 5, 10: None}.items():
        since = waits and now - timedelta(minutes=waits)
        talk(f"Minha {minutes}", minutes=minutes, assignee=ana, awaiting_reply_since=since)


def test_one_answers_first_who_waits_longest_and_last_who_does_not_wait(ana, lines):
    assert everything(ana, "mine", "waiting")[:2] == ["Minha 3", "Minha 8"]


def test_in_the_queue_priority_goes_before_waiting(ana, lines):
    names = everything(ana, "waiting", "waiting")
    assert names[0] == "Urgente" and names[1] == "Espera 30"


def test_the_queue_can_be_seen_by_newest_activity(ana, lines):
    assert everything(ana, "waiting", "newest")[:2] == ["Espera 1", "Urgente"]


@pytest.mark.parametrize(("tab", "sort"), EVERY_ORDER)
def test_scrolling_shows_each_row_once_in_every_order(ana, lines, tab, sort):
    at_once = [row.pk for row in page(ana, tab, sort, shown=100).rows]
    scrolled, after = [], ""
    while True:
        found = page(ana, tab, sort, after)
        scrolled += [row.pk for row in found.rows]
        after = found.after
        if not after:
            break
    assert len(at_once) > 3
    assert scrolled == at_once


@pytest.mark.parametrize(("tab", "sort"), EVERY_ORDER)
def test_a_row_that_moves_to_the_top_meanwhile_neither_doubles_nor_hides_another(
    ana, lines, tab, sort
):
    first = page(ana, tab, sort)
    rest = [row.pk for row in page(ana, tab, sort, first.after, shown=100).rows]
    early = timezone.now() - timedelta(days=1)
    Conversation.objects.filter(pk=rest[-1]).update(
        last_message_at=timezone.now(), queued_at=early, awaiting_reply_since=early, priority=3
    )
    again = [row.pk for row in page(ana, tab, sort, first.after, shown=100).rows]
    assert again == rest[:-1]
    assert rest[-1] in [row.pk for row in page(ana, tab, sort, shown=1).rows]


def test_the_closed_have_one_order(ana, talk):
    talk("Antes", minutes=9, state=State.CLOSED)
    talk("Depois", minutes=1, state=State.CLOSED)
    assert everything(ana, "closed", "waiting") == ["Depois", "Antes"]


def test_the_next_rows_may_be_asked_for_by_number(client_of, celia, talk):
    for number in range(35):
        talk(f"P{number:02d}", minutes=number)
    after = page(celia, "all", "newest").after
    query = {"tab": "all", "after": after, "shown": "60"}
    answer = client_of(celia).get(reverse("conversations:inbox"), query, headers=HTMX)
    assert len(answer.context["page"].rows) == 33


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL's planner")
@pytest.mark.parametrize(
    ("tab", "sort"),
    [("all", "newest"), ("all", "waiting"), ("waiting", "waiting"), ("closed", "newest")],
)
def test_each_order_has_an_index(davi, lines, tab, sort):
    """Which one is the planner's choice, where several can: it depends on what the tables hold."""
    wanted = ListFilter(tab=tab, order=sort)
    rows = visible_conversations(davi).filter(wanted.within(davi))
    rows = sort_of(tab, wanted.sort).order(rows)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = rows[:31].explain()
    assert "Index Scan" in plan and "Sort" not in plan
