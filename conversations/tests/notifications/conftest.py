import pytest

from conversations import live
from conversations.actions import conversations as actions
from conversations.actions.changes import changing
from conversations.models import Conversation, SenderKind, State, Status
from conversations.models.messages import Message


@pytest.fixture
def told(monkeypatch):
    """What goes to the channel layer about notifications: (group, event)."""
    heard = []

    def hear(group, event):
        if event["type"] == "notifications.changed":
            heard.append((group, event))

    monkeypatch.setattr(live, "announce_now", hear)
    return heard


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """Run what follows a commit: `with commits(): ...`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def held(ana, conversation):
    """Zeca's conversation in Ana's hands, before anybody was told of anything."""
    actions.take(conversation, by=ana)
    return conversation


def write_as_customer(conversation, body="Alguém aí?") -> Message:
    """A message of the customer, as ingest writes it: one version on."""
    with changing(conversation) as change:
        current = change.conversation
        message = change.add(
            Message(
                channel_id=current.channel_id,
                contact_id=current.contact_id,
                sender=SenderKind.CUSTOMER,
                body=body,
                status=Status.RECEIVED,
            )
        )
        current.unread_count += 1
        current.last_customer_message_at = message.sort_at
    return message


def waits_since(conversation, moment) -> None:
    """Let a conversation wait in its queue since a moment."""
    rows = Conversation.objects.filter(pk=conversation.pk)
    rows.update(state=State.QUEUED, queued_at=moment, assignee=None)
