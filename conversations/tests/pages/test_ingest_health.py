"""The page about the intake: how far it is behind, what is parked, trying again, giving up."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.models.audit import AuditKind
from conversations import ingest_health
from conversations.actions import webhooks
from conversations.actions.errors import Refused
from conversations.drainer import LEASE_NAMES
from conversations.models import WebhookEvent, WorkItem
from helpdesk.celery import app
from helpdesk.core import leases

pytestmark = pytest.mark.django_db
PAGE = reverse("conversations:ingest")
SENDER = "5511987654321"


def make_item(*, age=0, error="", **fields) -> WorkItem:
    came = timezone.now() - timedelta(seconds=age)
    body = b'{"from": "%s", "text": "oi"}' % SENDER.encode()
    event = WebhookEvent.objects.create(body=body, received_at=came)
    values = {"partition": 3, "sender": SENDER, "received_at": came, "error": error} | fields
    return WorkItem.objects.create(event_id=event.pk, **values)


@pytest.fixture
def worker():
    """Tasks run where they are called, as a worker that has nothing else to do."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def parked():
    return make_item(error=f"UnknownChannel: no channel for {SENDER}", attempts=1)


def test_lag_and_backlog_are_those_of_the_partition():
    make_item(age=90, partition=4)
    make_item(age=5, partition=4)
    make_item(age=200, partition=4, processed_at=timezone.now())
    leases.acquire(LEASE_NAMES[4], "drainer-1", 6)
    health = ingest_health.look()
    four = health.partitions[4]
    assert (four.waiting, four.holder, four.fence) == (2, "drainer-1", 1)
    assert health.worst is four and 90 <= four.lag < 100
    assert 0 <= four.renewed < 3
    assert (health.waiting, health.drainers, health.per_minute) == (2, 1, 1)
    assert health.partitions[5].is_orphan


def test_an_idle_intake_is_up_to_date(davi, client_of):
    answer = client_of(davi).get(PAGE).content.decode()
    assert "Everything is up to date" in answer
    assert "Nothing is parked" in answer


def test_the_number_of_statements_does_not_grow(django_assert_num_queries):
    for number in range(40):
        make_item(partition=number % 16, error="" if number % 2 else "X")
    with django_assert_num_queries(5):
        ingest_health.look()
    with django_assert_num_queries(1):
        ingest_health.parked_page()


def test_a_page_brings_itself_up_to_date_without_the_list(davi, client_of, parked):
    whole = client_of(davi).get(PAGE).content.decode()
    assert 'hx-trigger="every 5s"' in whole and "UnknownChannel" in whole
    figures = client_of(davi).get(PAGE, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in figures and "UnknownChannel" not in figures


def test_parked_items_come_in_pages(davi, client_of, monkeypatch):
    monkeypatch.setattr(ingest_health, "PER_PAGE", 2)
    items = [make_item(error="X") for _ in range(5)]
    first = ingest_health.parked_page()
    assert [item.pk for item in first.items] == [items[4].pk, items[3].pk]
    more = client_of(davi).get(PAGE, {"after": first.after}, HTTP_HX_REQUEST="true")
    assert [item.pk for item in more.context["page"].items] == [items[2].pk, items[1].pk]


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "²"])
def test_a_made_up_place_is_the_first_page(davi, client_of, parked, after):
    assert client_of(davi).get(PAGE, {"after": after}).status_code == 200


def test_an_item_is_shown_without_anybodys_number(davi, client_of, parked):
    answer = client_of(davi).get(reverse("conversations:work_item", args=[parked.pk]))
    content = answer.content.decode()
    assert "UnknownChannel" in content and "oi" in content
    assert SENDER not in content
    assert SENDER not in client_of(davi).get(PAGE).content.decode()


@pytest.mark.parametrize("item_id", [1, 10**30])
def test_an_item_that_is_not_there_is_not_found(davi, client_of, item_id):
    address = reverse("conversations:work_item", args=[item_id])
    assert client_of(davi).get(address).status_code == 404


def test_supervisors_see_the_figures_and_no_bodies(celia, client_of, parked):
    content = client_of(celia).get(PAGE).content.decode()
    assert "Partitions" in content and "UnknownChannel" not in content
    address = reverse("conversations:work_item", args=[parked.pk])
    assert client_of(celia).get(address).status_code == 403


@pytest.mark.parametrize("name", ["replay_all", "purge_parked"])
def test_supervisors_change_nothing(celia, client_of, parked, name):
    assert client_of(celia).post(reverse(f"conversations:{name}"), {"days": 1}).status_code == 403
    assert WorkItem.objects.parked().count() == 1


def test_agents_do_not_come_in(ana, client_of):
    assert client_of(ana).get(PAGE).status_code == 403


def test_one_item_is_tried_again_once(davi, client_of, parked):
    address = reverse("conversations:replay_item", args=[parked.pk])
    for _ in range(2):
        assert client_of(davi).post(address).status_code == 302
    assert WorkItem.objects.unprocessed().get() == parked
    assert AuditEntry.objects.filter(kind=AuditKind.REPLAY, actor_id=davi.pk).count() == 1


def test_all_are_tried_again_by_the_worker(
    davi, client_of, worker, django_capture_on_commit_callbacks
):
    for _ in range(3):
        make_item(error="X")
    with django_capture_on_commit_callbacks(execute=True):
        client_of(davi).post(reverse("conversations:replay_all"))
    assert WorkItem.objects.unprocessed().count() == 3
    assert AuditEntry.objects.get(kind=AuditKind.REPLAY).facts["items"] == 3


def test_many_go_in_batches_and_what_is_parked_later_stays(monkeypatch):
    monkeypatch.setattr(webhooks, "REPLAY_AT_ONCE", 2)
    newest = [make_item(error="X") for _ in range(5)][-1].pk
    later = make_item(error="X")
    assert webhooks.replay_through(newest) == 5
    assert webhooks.replay_through(newest) == 0
    assert WorkItem.objects.parked().get() == later


def test_what_never_can_be_proven_stays_parked(davi):
    item = make_item(error="Unauthorized: the signature speaks for another number")
    with pytest.raises(Refused):
        webhooks.replay_all(by=davi)
    with pytest.raises(Refused):
        webhooks.replay_one(item, by=davi)


def test_deleting_asks_first_and_is_written_down(
    davi, client_of, worker, django_capture_on_commit_callbacks
):
    old, fresh = make_item(age=40 * 86_400, error="X"), make_item(error="X")
    waiting = make_item(age=40 * 86_400)
    address = reverse("conversations:purge_parked")
    question = client_of(davi).post(address, {"days": 30}).content.decode()
    assert "1 parked item is that old" in question
    assert WorkItem.objects.filter(pk=old.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        client_of(davi).post(address, {"days": 30, "sure": "on"})
    assert set(WorkItem.objects.all()) == {fresh, waiting}
    entry = AuditEntry.objects.get(kind=AuditKind.RETENTION)
    assert (entry.actor_id, entry.facts["items"]) == (davi.pk, 1)


@pytest.mark.parametrize("days", ["", "x", "0", "-3", "99999999999"])
def test_a_wrong_age_deletes_nothing(davi, client_of, parked, days):
    address = reverse("conversations:purge_parked")
    assert client_of(davi).post(address, {"days": days, "sure": "on"}).status_code == 302
    assert WorkItem.objects.parked().count() == 1
