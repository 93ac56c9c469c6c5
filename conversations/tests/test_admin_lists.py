import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conversations.models import (
    CannedResponse,
    ClosingReason,
    Holiday,
    SendAttempt,
    Template,
    Waba,
    WebhookEvent,
    WorkItem,
)
from conversations.tests.factories import ContactFactory, OutboundMessageFactory, QueueFactory
from helpdesk.testing.cast import waiting_conversation

REGISTERED = sorted(
    (
        model
        for model in admin.site._registry
        if model._meta.app_label in {"conversations", "accounts"}
    ),
    key=lambda model: model._meta.label,
)


def write_one_of_each(number: int) -> None:
    """One more row in every table that has a page."""
    queue = QueueFactory()
    conversation = waiting_conversation(ContactFactory(channel__default_queue=queue), queue)
    message = OutboundMessageFactory(conversation=conversation)
    SendAttempt.objects.create(message=message, started_at=timezone.now())
    CannedResponse.objects.create(shortcut=f"r{number}", body="x", queue=queue)
    ClosingReason.objects.create(name="x", queue=queue)
    Holiday.objects.create(name="x", date=timezone.now().date(), queue=queue)
    Template.objects.create(name="x", waba=Waba.objects.create(waba_id=str(number)))
    webhook = WebhookEvent.objects.create(body=b"{}", received_at=timezone.now())
    WorkItem.objects.create(event_id=webhook.pk, partition=0, received_at=timezone.now())


def queries_of(client, address) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_list_takes_as_many_queries_for_six_rows_as_for_one(davi, client_of, model):
    client = client_of(davi)
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    write_one_of_each(0)
    client.get(address)
    for_one = queries_of(client, address)
    for number in range(1, 6):
        write_one_of_each(number)
    assert len(queries_of(client, address)) == len(for_one)


@pytest.mark.parametrize("name", ["message", "conversationevent", "conversation"])
def test_big_tables_are_never_counted_whole(davi, client_of, name):
    write_one_of_each(0)
    queries = queries_of(client_of(davi), reverse(f"admin:conversations_{name}_changelist"))
    counts = [sql for sql in queries if "COUNT(" in sql]
    assert counts and all("LIMIT" in sql for sql in counts)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_searching_for_anything_answers(davi, client_of, model):
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client_of(davi).get(address, {"q": "não é 'nada'\\"}).status_code == 200
