"""What a row says, and peeking at one."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from conversations.models import Draft, Priority
from conversations.tests.pages.doors import HTMX

pytestmark = pytest.mark.django_db


def rows(client, query="tab=all"):
    return client.get(f"{reverse('conversations:inbox')}?{query}", headers=HTMX).content.decode()


def test_a_draft_is_marked_for_whoever_wrote_it(client_of, ana, celia, talk):
    Draft.objects.create(conversation=talk("Alda"), user=ana, body="Bom dia")
    assert "Draft" in rows(client_of(ana))
    assert "Draft" not in rows(client_of(celia))


def test_an_empty_draft_is_none(client_of, ana, talk):
    Draft.objects.create(conversation=talk("Alda"), user=ana, body="")
    assert "Draft" not in rows(client_of(ana))


def test_priority_and_snooze_are_said_in_words_too(client_of, ana, talk):
    now = timezone.now()
    talk("Alda", priority=Priority.URGENT)
    assert "Urgent" in rows(client_of(ana)) and "Snoozed until" not in rows(client_of(ana))
    talk("Berta", snoozed_at=now, snoozed_until=now + timedelta(hours=3))
    assert "Snoozed until" in rows(client_of(ana))


def test_whoever_only_reads_has_nothing_to_select(client_of, vera, ana, talk):
    talk("Alda")
    assert 'class="mark"' in rows(client_of(ana))
    assert 'class="mark"' not in rows(client_of(vera))


def test_peeking_says_so_and_changes_nothing(client_of, ana, conversation):
    before = conversation.version, conversation.unread_count
    address = reverse("conversations:conversation", args=[conversation.pk])
    html = client_of(ana).get(f"{address}?peek=1", headers=HTMX).content.decode()
    conversation.refresh_from_db()
    assert "data-peek" in html and "You are peeking." in html
    assert (conversation.version, conversation.unread_count) == before
    assert conversation.assignee is None
    assert "data-peek" not in client_of(ana).get(address, headers=HTMX).content.decode()


def test_one_does_not_peek_into_foreign_queues(client_of, bruno, conversation):
    address = reverse("conversations:conversation", args=[conversation.pk])
    assert client_of(bruno).get(f"{address}?peek=1").status_code == 404
