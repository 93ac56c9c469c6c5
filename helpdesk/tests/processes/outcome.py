"""What stands in a house's database in the end, in a form in which two houses can be compared."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from conversations import phone_numbers
from helpdesk.testing.house import House

_PROTOCOL = re.compile(r"\d{8}-\d{6,}")


@dataclass
class Outcome:
    """Everything by customer (canonical number or business-scoped id)."""

    conversations: dict[str, list[dict]]
    messages: dict[str, list[tuple]]  # what customers wrote, in thread order
    provider_ids: dict[str, list[str]]
    events: dict[str, list[str]]
    outgoing: dict[str, Counter]
    requests: dict[str, Counter]  # what WhatsApp has accepted
    parked: Counter
    unknown: list[str]  # ids of our messages whose fate nobody knows
    broken_rules: list[str]


def outcome(house: House) -> Outcome:
    """Read a house that has come to rest."""
    customers = _customers(house)
    requests_by_message = _requests_by_message(house)
    return Outcome(
        conversations=_conversations(house, customers),
        messages=_messages(house, customers),
        provider_ids=_provider_ids(house, customers),
        events=_events(house, customers),
        outgoing=_outgoing(house, customers),
        requests=_requests(house, customers),
        parked=Counter(error for (error,) in house.rows(PARKED)),
        unknown=[_key(row[0]) for row in house.rows(UNKNOWN)],
        broken_rules=_broken_rules(house, requests_by_message),
    )


IDENTITIES = "SELECT customer_id, kind, value FROM conversations_customeridentity"
PARKED = (
    "SELECT DISTINCT substr(error, 1, 60) FROM conversations_workitem"
    " WHERE processed_at IS NULL AND error <> ''"
)
UNKNOWN = "SELECT id FROM conversations_message WHERE status = 'unknown'"
CONVERSATIONS = """
SELECT c.customer_id, c.state, c.unread_count, c.bot_attempts, c.reopened_count, c.bot_epoch,
       c.awaiting_reply_since IS NOT NULL, c.assignee_id IS NOT NULL,
       c.last_event_sequence = (SELECT count(*) FROM conversations_conversationevent e
                                WHERE e.conversation_id = c.id)
FROM conversations_conversation c
"""
MESSAGES = """
SELECT c.customer_id, m.kind, m.body, m.edited_at IS NOT NULL, m.revoked_at IS NOT NULL,
       (SELECT r.emoji FROM conversations_reaction r WHERE r.message_id = m.id),
       (SELECT count(*) FROM conversations_attachment a WHERE a.message_id = m.id), m.provider_id
FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id
WHERE m.sender = 'customer' ORDER BY m.sort_at, m.id
"""
EVENTS = """
SELECT c.customer_id, e.kind FROM conversations_conversationevent e
JOIN conversations_conversation c ON c.id = e.conversation_id ORDER BY c.id, e.sequence
"""
OUTGOING = """
SELECT c.customer_id, m.sender, m.kind, m.body FROM conversations_message m
JOIN conversations_conversation c ON c.id = m.conversation_id WHERE m.sender <> 'customer'
"""
ATTEMPTS = """
SELECT a.id, a.message_id, a.finished_at IS NOT NULL, a.error_text, a.provider_id
FROM conversations_sendattempt a
"""
STATUSES = "SELECT id, status, attempts FROM conversations_message WHERE sender <> 'customer'"


def _key(value) -> str:
    """A UUID as every database gives it."""
    return UUID(str(value)).hex


def _customers(house: House) -> dict[str, str]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for customer, kind, value in house.rows(IDENTITIES):
        found[_key(customer)][kind] = value
    return {key: kinds.get("bsuid") or kinds.get("phone", "?") for key, kinds in found.items()}


def _conversations(house: House, customers) -> dict[str, list[dict]]:
    names = (
        "state", "unread", "bot_attempts", "reopened", "bot_epoch", "waits", "held", "numbered",
    )  # fmt: skip
    found = defaultdict(list)
    for customer, *facts in house.rows(CONVERSATIONS):
        found[customers[_key(customer)]].append(dict(zip(names, map(_plain, facts), strict=True)))
    return dict(found)


def _plain(value):
    return int(value) if isinstance(value, bool) else value


def _messages(house: House, customers) -> dict[str, list[tuple]]:
    found = defaultdict(list)
    for customer, *facts, _provider_id in house.rows(MESSAGES):
        found[customers[_key(customer)]].append(tuple(map(_plain, facts)))
    return dict(found)


def _provider_ids(house: House, customers) -> dict[str, list[str]]:
    found = defaultdict(list)
    for customer, *_facts, provider_id in house.rows(MESSAGES):
        found[customers[_key(customer)]].append(provider_id)
    return dict(found)


def _events(house: House, customers) -> dict[str, list[str]]:
    found = defaultdict(list)
    for customer, kind in house.rows(EVENTS):
        found[customers[_key(customer)]].append(kind)
    return dict(found)


def _outgoing(house: House, customers) -> dict[str, Counter]:
    found = defaultdict(Counter)
    for customer, sender, kind, body in house.rows(OUTGOING):
        found[customers[_key(customer)]][sender, kind, _PROTOCOL.sub("#", body)] += 1
    return dict(found)


def _requests(house: House, customers) -> dict[str, Counter]:
    found = defaultdict(Counter)
    for record in house.graph.accepted:
        body = record["body"]
        customer = body.get("recipient") or phone_numbers.canonical(body["to"])
        found[customer][body["type"], _PROTOCOL.sub("#", _said(body))] += 1
    return dict(found)


def _said(body: dict) -> str:
    return body["text"]["body"] if "text" in body else body["interactive"]["body"]["text"]


def _requests_by_message(house: House) -> Counter:
    message_of = {_key(row[0]): _key(row[1]) for row in house.rows(ATTEMPTS)}
    callbacks = [_key(r["body"]["biz_opaque_callback_data"]) for r in house.graph.accepted]
    return Counter(
        message_of.get(callback, f"unknown attempt {callback}") for callback in callbacks
    )


def _broken_rules(house: House, requests_by_message: Counter) -> list[str]:
    """Each message of ours left exactly once, or is honestly unknown and left at most once."""
    unanswered = {
        _key(message)
        for _attempt, message, _finished, error, provider_id in house.rows(ATTEMPTS)
        if error == "no answer" and not provider_id
    }
    broken = []
    for row_id, status, attempts in house.rows(STATUSES):
        message, sent = _key(row_id), requests_by_message.pop(_key(row_id), 0)
        is_honest = status == "unknown" and sent == 0 and message in unanswered
        if not is_honest and (sent, status) != (1, "read"):
            broken.append(f"{message}: {status} after {attempts} attempts, {sent} requests")
    return broken + [f"a request without a message: {key}" for key in requests_by_message]
