"""Everything that is known of one number, for its page."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max

from conversations import channel_words as words
from conversations import notice_words
from conversations.channel_list import ChannelRow, failed_of_a_day, ranked, with_counts
from conversations.models import Channel, Message, Notice, NoticeKind, WorkItem

SHOWN = 10
# Work items have no index by number, for each would cost the webhook's answer: the newest are
# looked through, whatever number they are for.
LOOKED_THROUGH = 20_000


@dataclass(slots=True)
class ChannelDetail:
    """One number: its row of the list, and what stands below it."""

    row: ChannelRow
    webhooks: list[WorkItem]
    parked: list[WorkItem]
    failures: list[dict]
    lines: list

    @property
    def channel(self) -> Channel:
        return self.row.channel

    @property
    def health_text(self) -> str:
        return words.health_text(self.channel)

    @property
    def pause_text(self) -> str:
        return words.pause_text(self.channel)

    @property
    def facts(self) -> dict:
        return (self.channel.health or {}).get("facts") or {}


def of(channel: Channel) -> ChannelDetail:
    """Gather what is known of a channel: a constant number of queries."""
    ranked_row = ranked(Channel.objects.filter(pk=channel.pk)).values_list("rank", flat=True)
    channel.rank = ranked_row[0]
    notices = Notice.objects.open().newest_first().filter(channel=channel)
    if channel.paused_reason:
        # The pause says the same, and how to end it.
        notices = notices.exclude(kind__in=[NoticeKind.CHANNEL_STOPPED, NoticeKind.PAYMENT])
    return ChannelDetail(
        row=with_counts([channel])[0],
        webhooks=_webhooks(channel),
        parked=_parked(channel),
        failures=_failures(channel),
        lines=[notice_words.line_of(notice) for notice in notices.select_related("channel")],
    )


def verify_token_of(channel: Channel) -> str:
    """Return the token that Meta sends to prove that it is asked by us, or the house's own."""
    return channel.verify_token or settings.WHATSAPP_VERIFY_TOKEN


def _webhooks(channel: Channel) -> list[WorkItem]:
    if not channel.phone_number_id:
        return []
    newest = WorkItem.objects.aggregate(newest=Max("id"))["newest"] or 0
    rows = WorkItem.objects.filter(
        phone_number_id=channel.phone_number_id, id__gt=newest - LOOKED_THROUGH
    )
    return list(rows.only("received_at", "processed_at", "error").order_by("-id")[:SHOWN])


def _parked(channel: Channel) -> list[WorkItem]:
    if not channel.phone_number_id:
        return []
    rows = WorkItem.objects.parked().filter(phone_number_id=channel.phone_number_id)
    return list(rows.only("received_at", "error").order_by("-id")[:SHOWN])


def _failures(channel: Channel) -> list[dict]:
    rows = failed_of_a_day(Message.objects.filter(channel=channel)).order_by("-failed_at")
    found = rows.values("failed_at", "error_code", "error_text")[:SHOWN]
    return [
        {"at": one["failed_at"], "why": words.error_text(one["error_code"], one["error_text"])}
        for one in found
    ]
