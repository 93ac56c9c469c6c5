"""Reading what is personal: whose conversation somebody opened."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.models.audit import AuditKind

pytestmark = pytest.mark.django_db


def openings():
    return AuditEntry.objects.filter(kind=AuditKind.CUSTOMER_OPENED)


def test_opening_a_conversation_is_told_once_an_hour(ana, client_of, conversation, zeca):
    client = client_of(ana)
    for pane in ("conversation", "details", "conversation"):
        client.get(reverse(f"conversations:{pane}", args=[conversation.pk]))
    entry = openings().get()
    assert (entry.actor_id, entry.target_id, entry.source) == (ana.pk, str(zeca.pk), "page")


def test_a_fragment_counts_as_well(vera, client_of, conversation):
    address = reverse("conversations:conversation", args=[conversation.pk])
    client_of(vera).get(address, headers={"HX-Request": "true"})
    assert openings().get().actor_id == vera.pk


def test_who_may_not_see_it_has_opened_nothing(bruno, client_of, conversation):
    address = reverse("conversations:conversation", args=[conversation.pk])
    assert client_of(bruno).get(address).status_code == 404
    assert not openings().exists()


def test_the_list_and_catching_up_open_nothing(ana, client_of, conversation):
    client = client_of(ana)
    client.get(reverse("conversations:inbox"))
    client.get(reverse("conversations:changes", args=[conversation.pk]), {"since": 1})
    assert not openings().exists()


def test_the_second_opening_writes_nothing(ana, client_of, conversation):
    client, address = client_of(ana), reverse("conversations:conversation", args=[conversation.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    asked = [query["sql"] for query in queries if "accounts_auditentry" in query["sql"]]
    assert len(asked) == 1 and asked[0].startswith("SELECT")


@pytest.mark.parametrize("name", ["customer", "conversation"])
def test_the_administration_tells_of_openings_too(davi, client_of, conversation, zeca, name):
    pk = zeca.pk if name == "customer" else conversation.pk
    client_of(davi).get(reverse(f"admin:conversations_{name}_change", args=[pk]))
    entry = openings().get()
    assert (entry.actor_id, entry.target_id, entry.source) == (davi.pk, str(zeca.pk), "admin")


@pytest.fixture
def with_document(zeca):
    zeca.document = "52998224725"
    zeca.save()
    return zeca


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_document_is_masked_until_somebody_has_it_shown_which_is_written_down(
    ana, client_of, conversation, with_document, headers
):
    client = client_of(ana)
    page = client.get(reverse("conversations:details", args=[conversation.pk]), headers=headers)
    assert "•••.982.•••-••" in page.content.decode()
    assert b"529.982.247-25" not in page.content
    address = reverse("conversations:reveal_document", args=[conversation.customer_id])
    shown = client.post(address, headers=headers)
    assert b"529.982.247-25" in shown.content
    assert "no-store" in shown["Cache-Control"]
    entry = AuditEntry.objects.get(kind=AuditKind.DOCUMENT_REVEALED)
    assert (entry.actor_id, entry.target_id) == (ana.pk, str(with_document.pk))
    assert "982" not in str([entry.before, entry.after, entry.facts, entry.target_label])


def test_viewers_are_shown_no_document(vera, client_of, conversation, with_document):
    client = client_of(vera)
    details = client.get(reverse("conversations:details", args=[conversation.pk]))
    address = reverse("conversations:reveal_document", args=[conversation.customer_id])
    assert b"Reveal" not in details.content
    assert client.post(address).status_code == 403
    assert not AuditEntry.objects.filter(kind=AuditKind.DOCUMENT_REVEALED).exists()


def test_without_a_document_there_is_nothing_to_show(ana, client_of, conversation):
    address = reverse("conversations:reveal_document", args=[conversation.customer_id])
    assert client_of(ana).post(address).status_code == 404
