"""Our own messages, told back by the gateway before it has answered our request (spec/03, 5.4).

The gateway carries no id of ours. What it tells as sent through its API, to the customer and in the
words of a message whose request is under way or whose outcome is unknown, is that message: it becomes
a status, and settles what a time-out has left open. Anything else is an echo like those typed on the
phone.
"""

from collections.abc import Iterable
from datetime import timedelta

from conversations.actions.ingest.reading import Arrival
from conversations.actions.register import identities
from conversations.models import CustomerIdentity, Message, ProviderName, SendAttempt, Status
from conversations.providers.base import MessageReceived, StatusReceived
from conversations.providers.gateway.send import spelled_out

# Longer than a request may take; a text typed on the phone an hour later is another one.
LOOKED_BACK = timedelta(minutes=10)


def recognised(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Return the arrivals with our own messages as statuses that name their attempts."""
    arrivals = list(arrivals)
    echoes = [arrival for arrival in arrivals if _is_echo(arrival)]
    if not echoes:
        return arrivals
    candidates = _Candidates(echoes)
    return [
        candidates.status_for(arrival) or arrival if _is_echo(arrival) else arrival
        for arrival in arrivals
    ]


def _is_echo(arrival: Arrival) -> bool:
    event = arrival.event
    is_echo = isinstance(event, MessageReceived) and event.echo
    return is_echo and arrival.channel.provider == ProviderName.GATEWAY


class _Candidates:
    """Messages of ours without an answer, on the channels of these echoes; each is used once."""

    def __init__(self, echoes: list[Arrival]):
        ids = [arrival.event.provider_id for arrival in echoes]
        channels = {arrival.channel.pk for arrival in echoes}
        stored = Message.objects.filter(channel__in=channels, provider_id__in=ids)
        self._known = set(stored.values_list("channel_id", "provider_id"))
        since = min(arrival.event.occurred_at for arrival in echoes) - LOOKED_BACK
        self._attempts = list(
            SendAttempt.objects.filter(
                message__channel__in=channels,
                message__provider_id=None,
                message__status__in=[Status.SENDING, Status.UNKNOWN],
                started_at__gte=since,
            )
            .select_related("message__contact")
            .order_by("started_at", "id")
        )
        self._identities = self._identities_of(echoes) if self._attempts else {}

    def status_for(self, arrival: Arrival) -> Arrival | None:
        """Return the arrival as a status of our message, None when it is none of ours."""
        event = arrival.event
        if (arrival.channel.pk, event.provider_id) in self._known:
            return None
        for attempt in self._attempts:
            if self._is_same(attempt.message, arrival):
                self._attempts = [
                    one for one in self._attempts if one.message_id != attempt.message_id
                ]
                return Arrival(arrival.channel, _sent(event, attempt), arrival.position)
        return None

    def _is_same(self, message: Message, arrival: Arrival) -> bool:
        event = arrival.event
        same_customer = message.contact.customer_id in {
            self._identities.get(key) for key in identities(event.recipient)
        }
        if message.channel_id != arrival.channel.pk or not same_customer:
            return False
        if message.kind == "interactive":
            return event.body == spelled_out(message.body, message.payload)
        if message.kind in ("location", "contacts"):
            return event.kind in (message.kind, "unsupported")
        return (event.kind, event.body) == (message.kind, message.body)

    @staticmethod
    def _identities_of(echoes: list[Arrival]) -> dict:
        keys = {key for arrival in echoes for key in identities(arrival.event.recipient)}
        rows = CustomerIdentity.objects.filter(value__in={value for _, value in keys})
        return {(row.kind, row.value): row.customer_id for row in rows}


def _sent(event: MessageReceived, attempt: SendAttempt) -> StatusReceived:
    return StatusReceived(
        phone_number_id=event.phone_number_id,
        sender=event.recipient,
        occurred_at=event.occurred_at,
        provider_id=event.provider_id,
        status=Status.SENT,
        attempt_id=str(attempt.pk),
    )
