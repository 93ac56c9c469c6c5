"""Webhooks on their way to us: scheduled as rows, delivered over HTTP, repeated until answered 200.

A delivery is claimed by moving its due time past the longest request, so that a second pump leaves
it alone and a killed one is followed by a repetition. No transaction is open during a request.
"""

import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import requests
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from conversations.models import Channel, SimulatorDelivery, SimulatorMessage, SimulatorSetting
from conversations.providers.signatures import sign
from conversations.providers.simulator import gateway_telling, wire

TIMEOUT_SECONDS = (3, 10)  # connect, read
CLAIM = timedelta(seconds=15)
BATCH_LINGER = timedelta(milliseconds=500)  # how long an update waits for its batch to fill
RETRY_SECONDS = (0, 1, 2, 4, 8, 15, 30, 60)  # at once, then with decreasing frequency
GIVE_UP_AFTER = timedelta(days=7)
MAX_ENTRIES = 1000

# Set when there is something new to deliver; the pump of this process waits for it.
wake = threading.Event()


def schedule(
    channel: Channel, kind: str, entry: dict[str, Any], due_at: datetime, *, message=None
) -> SimulatorDelivery:
    """Write one webhook entry to be delivered at a time, and wake the pump after commit."""
    delivery = SimulatorDelivery.objects.create(
        channel=channel, message=message, kind=kind, entry=entry, due_at=due_at
    )
    transaction.on_commit(wake.set)
    return delivery


def claim(setting: SimulatorSetting) -> list[SimulatorDelivery]:
    """Take the next due entries of one channel, as many as go into one body; [] when none is due."""
    now = timezone.now()
    with transaction.atomic():
        rows = _lockable(SimulatorDelivery.objects.due(now).select_related("channel"))
        rows = list(rows[: min(max(setting.batch_size, 1), MAX_ENTRIES)])
        if not rows or _still_gathering(rows, setting, now):
            return []
        taken = [row for row in rows if row.channel_id == rows[0].channel_id]
        if gateway_telling.is_gateway(rows[0].channel):
            taken = rows[:1]  # one event per body
        SimulatorDelivery.objects.filter(pk__in=[row.pk for row in taken]).update(
            due_at=now + CLAIM, attempts=F("attempts") + 1
        )
    return taken


def deliver(
    deliveries: Sequence[SimulatorDelivery], session: requests.Session, base_url: str | None = None
) -> bool:
    """Post claimed entries of one channel in one signed body; True when it was answered with 200."""
    started = time.monotonic()
    status, error = _post(deliveries, session, base_url)
    duration = round((time.monotonic() - started) * 1000)
    if status == 200:
        _delivered(deliveries, duration)
    else:
        _postpone(deliveries, status, error, duration)
    return status == 200


def repeat(deliveries: Sequence[SimulatorDelivery], session, base_url: str | None = None) -> None:
    """Post a body again that was delivered already, as WhatsApp does at times."""
    _post(deliveries, session, base_url)


def deliver_again(delivery: SimulatorDelivery) -> None:
    """Let the pump deliver an entry now, whether or not it was delivered before."""
    SimulatorDelivery.objects.filter(pk=delivery.pk).update(
        delivered_at=None, due_at=timezone.now(), error="", http_status=None
    )
    wake.set()


def seconds_until_due() -> float | None:
    """Return how long the next entry still has to wait; None when nothing is waiting."""
    due_at = (
        SimulatorDelivery.objects.pending()
        .order_by("due_at", "id")
        .values_list("due_at", flat=True)
    ).first()
    return None if due_at is None else (due_at - timezone.now()).total_seconds()


def _lockable(rows):
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def _still_gathering(rows, setting: SimulatorSetting, now: datetime) -> bool:
    return len(rows) < setting.batch_size and rows[0].due_at > now - BATCH_LINGER


def _post(deliveries, session, base_url: str | None) -> tuple[int | None, str]:
    channel = deliveries[0].channel
    if gateway_telling.is_gateway(channel):
        return _posted(session, *gateway_telling.request_of(deliveries[0], base_url))
    body = wire.envelope([delivery.entry for delivery in deliveries])
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": sign(channel.app_secret, body),
    }
    return _posted(session, (base_url or settings.BASE_URL) + wire.WEBHOOK_PATH, headers, body)


def _posted(session, url: str, headers: dict[str, str], body: bytes) -> tuple[int | None, str]:
    if not url:
        return 200, ""  # nobody wants to be told
    try:
        answer = session.post(url, body, headers=headers, timeout=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        return None, str(error)[:300]
    return answer.status_code, "" if answer.ok else answer.text[:300]


def _delivered(deliveries, duration: int) -> None:
    SimulatorDelivery.objects.filter(pk__in=[row.pk for row in deliveries]).update(
        delivered_at=timezone.now(), http_status=200, duration_ms=duration, error=""
    )
    for kind, earlier in _EARLIER.items():
        messages = [row.message_id for row in deliveries if row.kind == kind and row.message_id]
        if messages:
            SimulatorMessage.objects.filter(pk__in=messages, status__in=earlier).update(
                status=_STATUS_OF.get(kind, kind)
            )


# What a delivered update makes of its message, and from which states; they never go back. A
# customer's own message has two ticks on the phone once we have it.
_STATUS_OF = {"message": "delivered"}
_EARLIER = {
    "sent": ["accepted"],
    "delivered": ["accepted", "sent"],
    "read": ["accepted", "sent", "delivered"],
    "played": ["accepted", "sent", "delivered", "read"],
    "message": ["accepted", "sent"],
}


def _postpone(deliveries, status: int | None, error: str, duration: int) -> None:
    now = timezone.now()
    for row in deliveries:
        # row.attempts is from before the claim, which counted this attempt.
        wait = RETRY_SECONDS[min(row.attempts, len(RETRY_SECONDS) - 1)]
        given_up = row.created_at < now - GIVE_UP_AFTER
        SimulatorDelivery.objects.filter(pk=row.pk).update(
            due_at=now + (timedelta(days=36_500) if given_up else timedelta(seconds=wait)),
            http_status=status, duration_ms=duration, error=error,
        )  # fmt: skip
