"""A bot, and a customer who writes to it. One valid object each, with the fewest fields."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from bots.actions.flows import publish, save_draft
from bots.models import Bot, Flow, KeywordRule
from bots.tests.engine.flows import MENU
from conversations.actions.changes import changing
from conversations.models import Message, SenderKind, Status
from conversations.tests.factories import InboundMessageFactory


class FlowFactory(DjangoModelFactory):
    """A flow without any version; see published_flow."""

    class Meta:
        model = Flow

    key = factory.Sequence(lambda n: f"fluxo-{n}")
    name = factory.Sequence(lambda n: f"Fluxo {n}")


def published_flow(definition=MENU, **fields) -> Flow:
    flow = FlowFactory(**fields)
    save_draft(flow, definition)
    publish(flow)
    flow.refresh_from_db()
    return flow


class BotFactory(DjangoModelFactory):
    """The default bot, with the menu of the engine's tests."""

    class Meta:
        model = Bot

    name = factory.Sequence(lambda n: f"Robô {n}")
    flow = factory.LazyFunction(published_flow)
    is_default = True


class KeywordRuleFactory(DjangoModelFactory):
    class Meta:
        model = KeywordRule

    words = "horário"
    reply = "Das 8h às 20h."


def says(conversation, body, *, at=None, **fields) -> Message:
    """The customer writes: the row that the ingest would write, with its place and version."""
    at = at or timezone.now()
    with changing(conversation) as change:
        change.conversation.last_customer_message_at = at
        message = InboundMessageFactory.build(
            conversation=change.conversation, body=body, sort_at=at, **fields
        )
        change.add(message)
    return message


def said_by_bot(conversation) -> list[str]:
    """What the bot has said, in order, but for what was cancelled."""
    messages = conversation.messages.filter(sender=SenderKind.BOT)
    return list(messages.exclude(status=Status.CANCELLED).in_order().values_list("body", flat=True))
