"""POST and GET /api/v1/webhooks/whatsapp: authorise, store, acknowledge. Nothing else.

Called by helpdesk.middleware before sessions, locale and the rest, which would double its cost
(10-measurements.md). Meta repeats what is not answered with 200 for up to 7 days, so 200 means one
thing: the body is committed.
"""

import hmac
import json
import zlib
from urllib.parse import parse_qs
from uuid import UUID

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from conversations import drainer
from conversations.actions.ingest import UNAUTHORIZED
from conversations.models import PARTITIONS
from conversations.providers import signatures
from conversations.providers.base import InvalidPayload, WorkPart
from conversations.providers.cloud.parse import work_parts
from conversations.webhook_secrets import known_secrets, known_verify_tokens
from helpdesk.core.uuid7 import uuid7

log = structlog.get_logger(__name__)
PLAIN = "text/plain"


@csrf_exempt
def whatsapp(request: HttpRequest) -> HttpResponse:
    """Answer Meta's verification (GET) and store its deliveries (POST)."""
    if request.method == "GET":
        return _verify(request)
    if request.method == "POST":
        return _receive(request)
    return HttpResponseNotAllowed(["GET", "POST"])


def _verify(request: HttpRequest) -> HttpResponse:
    query = parse_qs(request.META.get("QUERY_STRING", ""))
    mode, token, challenge = (
        query.get(f"hub.{name}", [""])[0] for name in ("mode", "verify_token", "challenge")
    )
    fits = [hmac.compare_digest(known.encode(), token.encode()) for known in known_verify_tokens()]
    if mode == "subscribe" and any(fits):
        return HttpResponse(challenge, content_type=PLAIN)
    return HttpResponse("The verify token is not one of ours.", status=403, content_type=PLAIN)


def _receive(request: HttpRequest) -> HttpResponse:
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse("At most 3 MB.", status=413, content_type=PLAIN)
    header = request.headers.get("X-Hub-Signature-256")
    secret = next(
        (one for one in known_secrets() if signatures.fits(one.value, body, header)), None
    )
    if secret is None:
        log.warning("webhook.refused", reason="signature")
        return HttpResponse("The signature does not fit.", status=403, content_type=PLAIN)
    store(body, _items(body, secret))
    drainer.wake()
    return HttpResponse("ok", content_type=PLAIN)


def _items(body: bytes, secret) -> list[tuple[WorkPart, str]]:
    """Return the parts of a body, each with an error when it must not be worked on."""
    try:
        parts = work_parts(body)
    except InvalidPayload as error:
        return [(WorkPart("", ""), f"InvalidPayload: {error}")]
    except RecursionError:
        return [(WorkPart("", ""), "InvalidPayload: The body is nested too deeply.")]
    return [(part, "" if secret.authorizes(part.phone_number_id) else FOREIGN) for part in parts]


FOREIGN = (
    f"{UNAUTHORIZED}This number belongs to a channel whose app secret did not sign the webhook."
)


def store(body: bytes, items: list[tuple[WorkPart, str]], channel_id: UUID | None = None) -> None:
    """Insert the body once and its work items, in one statement where the database can.

    channel_id: whose door took it in, where that is known; its provider's parser reads the body.
    """
    event_id, now = uuid7(), timezone.now()
    rows = [
        {
            "phone_number_id": part.phone_number_id,
            "sender": part.sender,
            "waba_id": part.waba_id,
            "partition": zlib.crc32(part.sender.encode()) % PARTITIONS,
            "error": error,
        }
        for part, error in items
    ]
    waba_id = items[0][0].waba_id if items else ""
    if connection.vendor == "postgresql":
        _store_in_one_statement(event_id, now, body, waba_id, channel_id, rows)
    else:
        _store_in_transaction(event_id, now, body, waba_id, channel_id, rows)


_ONE_STATEMENT = """
WITH event AS (
    INSERT INTO conversations_webhookevent (id, channel_id, waba_id, body, received_at, processed_at, error)
    VALUES (%(event)s, %(channel)s, %(waba)s, %(body)s, %(now)s, CASE WHEN %(items)s::jsonb = '[]' THEN %(now)s END, '')
), items AS (
    INSERT INTO conversations_workitem
        (event_id, phone_number_id, sender, waba_id, partition, received_at, attempts, error)
    SELECT %(event)s, phone_number_id, sender, waba_id, partition, %(now)s, 0, error
    FROM ROWS FROM (jsonb_to_recordset(%(items)s::jsonb)
        AS (phone_number_id text, sender text, waba_id text, partition smallint, error text))
        WITH ORDINALITY ORDER BY ordinality
)
SELECT pg_notify(%(topic)s, '')
"""


def _store_in_one_statement(event_id, now, body, waba_id, channel_id, rows) -> None:
    values = {
        "event": event_id, "channel": channel_id, "waba": waba_id, "body": body, "now": now,
        "items": json.dumps(rows), "topic": drainer.TOPIC,
    }  # fmt: skip
    # Django would ask the connection whether it works before each request, which costs half as
    # much as storing. One that has broken is replaced instead; to store twice is harmless.
    connection.health_check_done = True
    try:
        _execute(_ONE_STATEMENT, values)
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block:
            raise
        connection.close()
        _execute(_ONE_STATEMENT, values)


def _execute(sql: str, values: dict) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _store_in_transaction(event_id, now, body, waba_id, channel_id, rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conversations_webhookevent"
            " (id, channel_id, waba_id, body, received_at, processed_at, error)"
            " VALUES (%s, %s, %s, %s, %s, %s, '')",
            [
                event_id.hex,
                channel_id and channel_id.hex,
                waba_id,
                body,
                now,
                None if rows else now,
            ],
        )
        cursor.executemany(
            "INSERT INTO conversations_workitem (event_id, phone_number_id, sender, waba_id,"
            " partition, received_at, attempts, error) VALUES (%s, %s, %s, %s, %s, %s, 0, %s)",
            [
                [event_id.hex, row["phone_number_id"], row["sender"], row["waba_id"],
                 row["partition"], now, row["error"]]
                for row in rows
            ],
        )  # fmt: skip
