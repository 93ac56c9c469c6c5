"""What the engine is told about the world, gathered from rows."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from bots.engine.context import Context, QueueFacts, Texts
from bots.engine.events import MessageIn
from conversations.models import Conversation, Customer, Message, Queue


class Queues:
    """The queues and whether they are open, looked up at most once per batch."""

    def __init__(self, at: datetime):
        self._at = at
        self._rows: dict[str, Queue] | None = None
        self._facts: dict[str, QueueFacts] = {}

    def row(self, key: str | None) -> Queue | None:
        """Return an active queue by its id or its name."""
        if self._rows is None:
            queues = Queue.objects.filter(is_active=True).prefetch_related("business_hours")
            by_name = {queue.name: queue for queue in queues}
            self._rows = by_name | {str(queue.pk): queue for queue in by_name.values()}
        return self._rows.get(key or "")

    def facts(self, queue: Queue) -> QueueFacts:
        """Return what a flow may know about a queue."""
        key = str(queue.pk)
        if key not in self._facts:
            is_open = queue.is_open(self._at)
            self._facts[key] = QueueFacts(key, queue.name, is_open, queue.out_of_hours_text)
        return self._facts[key]


class QueuesLookedUp(Mapping):
    """The queues as one step sees them. Iterating gives those looked up: they go into the log."""

    def __init__(self, queues: Queues):
        self._queues = queues
        self._seen: dict[str, QueueFacts] = {}

    def __getitem__(self, key: str) -> QueueFacts:
        """Load what is looked up."""
        row = self._queues.row(key)
        if row is None:
            raise KeyError(key)
        self._seen[key] = self._queues.facts(row)
        return self._seen[key]

    def __iter__(self) -> Iterator[str]:
        """Go through what is known."""
        return iter(self._seen)

    def __len__(self) -> int:
        """How many are known."""
        return len(self._seen)


def context_of(conversation: Conversation, queues: Queues, texts: Texts) -> Context:
    """Return the facts of one step in a conversation."""
    return Context(
        customer=_customer_facts(conversation.customer),
        protocol=conversation.protocol,
        site={"name": settings.SITE_NAME},
        channel={"name": conversation.channel.name, "provider": conversation.channel.provider},
        queue=str(conversation.queue_id),
        queues=QueuesLookedUp(queues),
        texts=texts,
    )


def message_in(message: Message, rule=None) -> MessageIn:
    """Return a stored customer's message as the engine's event."""
    return MessageIn(
        text=message.body,
        button_id=tapped_id(message.payload),
        kind=message.kind,
        at=message.provider_at or message.sort_at,
        rule=rule,
    )


def tapped_id(payload: dict) -> str:
    """Return the id of the button or list row that was tapped, '' when none was (spec/03, 2.1)."""
    interactive = payload.get("interactive")
    if not isinstance(interactive, dict):
        return ""
    reply = interactive.get("button_reply") or interactive.get("list_reply")
    return str(reply.get("id") or "") if isinstance(reply, dict) else ""


def site_time(at: datetime) -> datetime:
    """Return a moment in the site's time zone."""
    return at.astimezone(ZoneInfo(settings.TIME_ZONE))


def site_texts() -> Texts:
    """Return what the bot says where a flow has no words of its own, in the site's language."""
    with override(settings.LANGUAGE_CODE):
        return Texts(
            not_understood=_("Sorry, I did not understand. Please choose one of the options."),
            choose=_("See options"),
            closed=_(
                "Our team is not here right now. You are in the queue, and we will answer as "
                "soon as we are back."
            ),
            handing_over=_("All right, I am calling somebody of our team."),
            failed=_("I could not understand you, so I am calling somebody of our team."),
            yes=_("Yes"),
            no=_("No"),
        )


def _customer_facts(customer: Customer) -> dict:
    """No document and no phone: a text or a condition needs neither, and steps are logged."""
    return {
        "name": customer.name,
        "first_name": customer.first_name,
        "city": customer.city,
        "neighbourhood": customer.neighbourhood,
        "contract": customer.contract,
        "plan": customer.plan,
        "due_day": customer.due_day,
        "attributes": customer.attributes,
    }
