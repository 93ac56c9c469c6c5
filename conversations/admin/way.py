"""The way of one stored webhook: its work items, the messages they gave, and our replies."""

from dataclasses import dataclass, field

from django.db.models import Q

from conversations.admin.masking import mask, masked_text
from conversations.models import Channel, Message, WebhookEvent, WorkItem
from conversations.providers.base import (
    AccountNotice,
    Event,
    InvalidPayload,
    StatusReceived,
    WorkPart,
)
from conversations.providers.parsers import parser_of

# A body holds up to 1,000 updates; a page of them all would help nobody.
ITEMS_SHOWN = 100
THREAD_SHOWN = 500


@dataclass(slots=True)
class Result:
    """One event of the body and the message it became or was about."""

    kind: str
    provider_id: str
    status: str = ""
    message: Message | None = None
    replies: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """One work item with what came of it."""

    item: WorkItem
    results: list[Result]

    @property
    def sender(self) -> str:
        return mask(self.item.sender)

    @property
    def error(self) -> str:
        return masked_text(self.item.error)


@dataclass(slots=True)
class Way:
    """All steps of a webhook, as far as shown, and why it could not be read if so."""

    steps: list[Step]
    more: int = 0
    unreadable: str = ""


def way_of(webhook: WebhookEvent) -> Way:
    """Return the way of a webhook, in a number of queries that does not grow with its size."""
    items = list(WorkItem.objects.filter(event_id=webhook.pk).order_by("id"))
    try:
        parse = parser_of(provider_of(webhook))
        parsed = parse(bytes(webhook.body), webhook.received_at)
        unreadable = ""
    except InvalidPayload as error:
        parsed, unreadable = {}, str(error)
    steps = [Step(item, results_of(item, parsed)) for item in items[:ITEMS_SHOWN]]
    find_messages([result for step in steps for result in step.results])
    return Way(steps, more=max(len(items) - ITEMS_SHOWN, 0), unreadable=unreadable)


def provider_of(webhook: WebhookEvent) -> str:
    """Return the name of the provider whose door took the body in, '' for the Cloud API's."""
    if not webhook.channel_id:
        return ""
    names = Channel.objects.filter(pk=webhook.channel_id).values_list("provider", flat=True)
    return names.first() or ""


def results_of(item: WorkItem, parsed) -> list[Result]:
    part = WorkPart(item.phone_number_id, item.sender, item.waba_id)
    return [result_of(event) for _position, event in parsed.get(part, [])]


def result_of(event: Event) -> Result:
    if isinstance(event, AccountNotice):
        return Result(kind=event.field_name or "AccountNotice", provider_id="")
    if isinstance(event, StatusReceived):
        return Result(kind="status", provider_id=event.provider_id, status=event.status)
    target = getattr(event, "target_provider_id", "")
    return Result(
        kind=getattr(event, "kind", type(event).__name__), provider_id=target or event.provider_id
    )


def find_messages(results: list[Result]) -> None:
    """Fill in the messages by their provider's ids, and the replies to those of customers."""
    ids = {result.provider_id for result in results} - {""}
    rows = Message.objects.filter(provider_id__in=ids).select_related("conversation", "channel")
    found = {message.provider_id: message for message in rows}
    for result in results:
        result.message = found.get(result.provider_id)
    inbound = [
        message for message in found.values() if message.is_inbound and message.conversation_id
    ]
    replies = replies_to(inbound)
    for result in results:
        if result.message is not None and not result.status:
            result.replies = replies.get(result.message.pk, [])


def replies_to(inbound: list[Message]) -> dict:
    """Return what we wrote after each customer's message, until the customer wrote again."""
    if not inbound:
        return {}
    since = min(message.sort_at for message in inbound)
    thread = Message.objects.public().filter(
        Q(conversation__in={message.conversation_id for message in inbound}), sort_at__gte=since
    )
    replies: dict = {}
    last: dict = {}
    for message in thread.in_order()[:THREAD_SHOWN]:
        if message.is_inbound:
            last[message.conversation_id] = replies.setdefault(message.pk, [])
        elif message.conversation_id in last:
            last[message.conversation_id].append(message)
    return replies
