"""The litany: every door, knocked at by everybody who may not pass."""

from uuid import uuid4

import pytest
from django.urls import reverse

from conversations.models import Conversation
from conversations.tests.pages.doors import CHANGING, DATA, DIALOGS, HTMX, READING

pytestmark = pytest.mark.django_db
EVERY_DOOR = [(name, "get") for name in [*READING, *DIALOGS]] + [
    (name, "post") for name in CHANGING
]


def knock(client, name, method, conversation_id, **headers):
    address = reverse(f"conversations:{name}", args=[conversation_id])
    return getattr(client, method)(address, DATA.get(name, {}), headers=headers)


@pytest.mark.parametrize(("name", "method"), EVERY_DOOR)
def test_who_is_not_logged_in_is_sent_to_the_login(client, conversation, name, method):
    answer = knock(client, name, method, conversation.pk)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(("name", "method"), EVERY_DOOR)
def test_a_foreign_conversation_answers_like_one_that_does_not_exist(
    client_of, bruno, conversation, name, method
):
    foreign = knock(client_of(bruno), name, method, conversation.pk)
    missing = knock(client_of(bruno), name, method, uuid4())
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


@pytest.mark.parametrize(("name", "method"), EVERY_DOOR)
def test_fragments_are_guarded_like_pages(client_of, bruno, conversation, name, method):
    assert knock(client_of(bruno), name, method, conversation.pk, **HTMX).status_code == 404


@pytest.mark.parametrize("name", CHANGING)
def test_a_viewer_changes_nothing(client_of, vera, conversation, name):
    before = Conversation.objects.values().get()
    assert knock(client_of(vera), name, "post", conversation.pk).status_code == 403
    assert Conversation.objects.values().get() == before


@pytest.mark.parametrize("name", DIALOGS)
def test_a_viewer_is_not_shown_forms_that_change(client_of, vera, conversation, name):
    assert knock(client_of(vera), name, "get", conversation.pk).status_code == 403


@pytest.mark.parametrize("name", ["conversation", "details", "changes", "canned_responses"])
def test_a_viewer_reads(client_of, vera, conversation, name):
    assert knock(client_of(vera), name, "get", conversation.pk).status_code == 200


@pytest.mark.parametrize("name", READING)
def test_reading_is_not_done_by_post(client_of, ana, conversation, name):
    assert knock(client_of(ana), name, "post", conversation.pk).status_code == 405


@pytest.mark.parametrize("name", [name for name in CHANGING if name not in DIALOGS])
def test_changing_is_not_done_by_get(client_of, ana, conversation, name):
    assert knock(client_of(ana), name, "get", conversation.pk).status_code == 405


@pytest.mark.parametrize(("name", "method"), EVERY_DOOR)
def test_what_is_no_id_is_not_found(client_of, ana, name, method):
    address = reverse(f"conversations:{name}", args=[uuid4()]).replace("-", "x")
    assert getattr(client_of(ana), method)(address).status_code == 404


def test_the_inbox_asks_for_a_login(client):
    assert client.get(reverse("conversations:inbox")).status_code == 302


def test_the_inbox_is_not_posted_to(client_of, ana):
    assert client_of(ana).post(reverse("conversations:inbox")).status_code == 405
