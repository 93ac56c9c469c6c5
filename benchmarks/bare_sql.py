"""The baseline: the statements of one message's way in a bare loop, without any of our code.

One message with its answer: the webhook stored; the batch's writes; the claim with its attempt; the
answer's settling; three statuses. One connection, one message at a time, each stage committed, on
the tables, constraints and indexes of the house.
"""

import time
import uuid

import psycopg

from helpdesk.testing.house import House

SECONDS = 4.0
BODY = b"x" * 480  # a text message's webhook

_STORE = """
WITH event AS (
    INSERT INTO conversations_webhookevent (id, waba_id, body, received_at, error)
    VALUES (%(event)s, '', %(body)s, now(), '')
)
INSERT INTO conversations_workitem
    (event_id, phone_number_id, sender, waba_id, partition, received_at, attempts, error)
VALUES (%(event)s, '', '', '', 99, now(), 0, '') RETURNING id
"""
_LOCK = "SELECT * FROM conversations_conversation WHERE id = %(conversation)s FOR UPDATE"
_MESSAGE = """
INSERT INTO conversations_message
    (id, conversation_id, channel_id, contact_id, sender, origin, kind, body, payload, provider_id,
     reply_to_provider_id, is_note, status, conversation_state, sort_at, version, error_text,
     pricing, created_at, next_attempt_at, attempts, priority)
SELECT %(message)s, id, channel_id, contact_id, %(sender)s, 'bot', 'text', 'a line of text', '{}',
       %(provider_id)s, '', false, %(status)s, 'bot', now(), version, '', '{}', now(), now(), 0, 2
FROM conversations_conversation WHERE id = %(conversation)s
"""
_CONVERSATION = """
UPDATE conversations_conversation SET version = version + 1, unread_count = unread_count + 1,
    last_message_at = now(), last_message_preview = 'a line of text' WHERE id = %(conversation)s
"""
_PROCESSED = "UPDATE conversations_workitem SET processed_at = now() WHERE id = %(item)s"
_EVENT = "UPDATE conversations_webhookevent SET processed_at = now() WHERE id = %(event)s"
_CLAIM = "UPDATE conversations_message SET status = 'sending', attempts = 1 WHERE id = %(answer)s"
_ATTEMPT = """
INSERT INTO conversations_sendattempt (id, message_id, started_at, provider_id, error_text, trace_id)
VALUES (%(attempt)s, %(answer)s, now(), '', '', '')
"""
_SENT = """
UPDATE conversations_message SET status = 'sent', provider_id = %(answer_id)s, sent_at = now()
WHERE id = %(answer)s
"""
_FINISHED = "UPDATE conversations_sendattempt SET finished_at = now() WHERE id = %(attempt)s"
_STATUS = "UPDATE conversations_message SET status = %(status)s WHERE id = %(answer)s"


def messages_per_second(house: House) -> float:
    """Run the loop for a few seconds; return how many messages it brought all the way."""
    with psycopg.connect(house.database_url) as connection, connection.cursor() as cursor:
        conversations = [
            row[0] for row in cursor.execute("SELECT id FROM conversations_conversation LIMIT 200")
        ]
        count, started = 0, time.monotonic()
        while time.monotonic() - started < SECONDS:
            _one_message(connection, cursor, conversations[count % len(conversations)])
            count += 1
        return count / (time.monotonic() - started)


def _one_message(connection, cursor, conversation) -> None:
    message, answer, attempt = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    ids = {"conversation": conversation, "answer": answer, "attempt": attempt}
    ids["answer_id"] = f"wamid.{answer}"
    item = _store(connection, cursor)
    _run(cursor, _LOCK, ids)
    incoming = {"message": message, "sender": "customer", "status": "received"}
    _run(cursor, _MESSAGE, ids | incoming | {"provider_id": f"wamid.{message}"})
    outgoing = {"message": answer, "sender": "bot", "status": "queued", "provider_id": None}
    _run(cursor, _MESSAGE, ids | outgoing)
    _run(cursor, _CONVERSATION, ids)
    _processed(connection, cursor, item)
    _run(cursor, _CLAIM, ids)
    _run(cursor, _ATTEMPT, ids)
    connection.commit()
    _run(cursor, _SENT, ids)
    _run(cursor, _FINISHED, ids)
    connection.commit()
    for status in ("sent", "delivered", "read"):
        item = _store(connection, cursor)
        _run(cursor, _LOCK, ids)
        _run(cursor, _STATUS, ids | {"status": status})
        _run(cursor, _CONVERSATION, ids)
        _processed(connection, cursor, item)


def _store(connection, cursor) -> dict:
    event = uuid.uuid4()
    (item,) = cursor.execute(_STORE, {"event": event, "body": BODY}).fetchone()
    connection.commit()
    return {"item": item, "event": event}


def _processed(connection, cursor, item: dict) -> None:
    _run(cursor, _PROCESSED, item)
    _run(cursor, _EVENT, item)
    connection.commit()


def _run(cursor, sql: str, values: dict) -> None:
    cursor.execute(sql, values)
