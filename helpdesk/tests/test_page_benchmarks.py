"""The benchmarks of pages, reduced to seconds: so that they still run when they are needed."""

from statistics import median

import pytest
from django.db import connection

from benchmarks import bench_pages, make_history
from benchmarks.list_combinations import COMBINATIONS
from conversations.models import Conversation, Message, State

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="history is PostgreSQL's SQL"),
]
CONVERSATIONS, LONGEST = 400, 150


def test_a_small_history_is_made_and_every_page_measured():
    counts = make_history.fill(CONVERSATIONS, 2_000, big=LONGEST, workers=1)
    assert counts["conversation"] == Conversation.objects.count() == CONVERSATIONS
    assert Message.objects.filter(conversation__messages__isnull=False).exists()
    biggest = Conversation.objects.order_by("-version").first()
    assert biggest.messages.count() == LONGEST and biggest.state == State.ACTIVE
    assert biggest.last_message == biggest.messages.in_order().last()

    _baseline, cases = bench_pages.measure(repeats=1)
    assert {case.name for case in cases} > set(COMBINATIONS)
    # Now and then a cached setting is read again: most pages, not each.
    assert median(case.queries for case in cases) <= bench_pages.MOST_QUERIES
    by_name = {(case.person, case.name): case for case in cases}
    assert by_name["administrator", "closed"].list_sql
    bench_pages.report(1.0, cases)
