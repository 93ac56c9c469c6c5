"""The statements of make_history: each table from numbers, by one INSERT ... SELECT."""

from django.apps import apps
from django.db import connection

from benchmarks import history_texts as texts

OPEN_SHARE = 0.03
CUSTOMERS_SHARE = 0.3
STEP = 7_368_787  # a prime: conversations near each other belong to different customers

FUNCTIONS = """
CREATE OR REPLACE FUNCTION history_chance(n bigint, seed integer) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT (hashint8extended($1, $2) & 16777215) / 16777216.0::float8 $$;
CREATE OR REPLACE FUNCTION history_key(at timestamptz, n bigint) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT (lpad(to_hex((extract(epoch FROM $1) * 1000)::bigint), 12, '0') || '70008'
    || lpad(to_hex($2), 15, '0'))::uuid $$;
CREATE OR REPLACE FUNCTION history_one_of(words text[], chance float8) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT $1[1 + floor($2 * array_length($1, 1))::integer] $$;
"""
BODY = """
replace(replace(replace(replace(
    CASE WHEN sender = 'customer' THEN history_one_of(%(customer)s, power(c1, 1.6))
         ELSE history_one_of(%(answer)s, power(c1, 1.6)) END,
    '{street}', history_one_of(%(streets)s, c2)), '{name}', history_one_of(%(names)s, c2)),
    '{number}', (1000000 + key * 7919 %% 8999999)::text), '{small}', (1 + floor(c2 * 1900))::text)
"""
# The last ones are open; the very last is the one with very many messages.
CONVERSATIONS = """
CREATE UNLOGGED TABLE history_conversation AS
WITH numbered AS (
    SELECT n, n * %(step)s %% %(customers)s AS customer, n = %(count)s AS is_big,
        n > %(count)s * (1 - %(open)s) OR n = %(count)s AS is_open, history_chance(n, 1) AS chance
    FROM generate_series(1, %(count)s::bigint) AS n
), shaped AS (
    SELECT *, CASE WHEN is_big THEN %(big)s
            ELSE 1 + floor(-ln(1 - history_chance(n, 2) * 0.9999) * (%(mean)s - 0.5))::integer
        END AS messages,
        now() - interval '5 days' * is_big::integer - interval '6 hours' - %(years)s * interval '1 year'
            * ((%(count)s - n) / %(count)s::float8) AS opened_at,
        CASE WHEN NOT is_open THEN 'closed' WHEN is_big OR chance < 0.6 THEN 'active'
            WHEN chance < 0.8 THEN 'queued' ELSE 'bot' END AS state
    FROM numbered
)
SELECT shaped.*, history_key(opened_at, shaped.n) AS id, queue.id AS queue_id, agent.id AS agent_id,
    channel.id AS channel_id, history_key(%(epoch)s, customer) AS customer_id,
    history_key(%(epoch)s, customer) AS contact_id,
    opened_at + messages * interval '40 seconds' AS last_at
FROM shaped
JOIN history_queue AS queue ON queue.n = floor(power(history_chance(shaped.n, 3), 2) * %(queues)s)
JOIN history_agent AS agent ON agent.n = floor(history_chance(shaped.n, 4) * %(agents)s)
JOIN history_channel AS channel ON channel.n = customer %% %(channels)s
"""
EPOCH = "2024-01-01T00:00:00+00:00"


class Statements:
    """How many of what, and the SQL that writes them."""

    def __init__(self, count: int, mean: float, big: int, years: int):
        self.customers_count = max(20, int(count * CUSTOMERS_SHARE))
        self.facts = {
            "count": count, "mean": mean, "big": big, "years": years, "step": STEP,
            "open": OPEN_SHARE, "customers": self.customers_count, "epoch": EPOCH,
            "first_names": texts.FIRST_NAMES, "last_names": texts.LAST_NAMES,
            "names": texts.FIRST_NAMES, "cities": texts.CITIES, "streets": texts.STREETS,
            "customer": texts.CUSTOMER, "answer": texts.ANSWER,
        }  # fmt: skip

    def prepare(self, cursor) -> None:
        """Number queues, agents, numbers and tags, and see to that no foreign key is asked."""
        cursor.execute(FUNCTIONS)
        rows = {
            "queue": "conversations_queue ORDER BY position",
            "agent": "accounts_user WHERE role = 'agent' ORDER BY username",
            "channel": "conversations_channel ORDER BY phone_number_id",
            "tag": "conversations_tag ORDER BY name",
        }
        for name, source in rows.items():
            cursor.execute(
                f"CREATE UNLOGGED TABLE history_{name} AS"
                f" SELECT row_number() OVER () - 1 AS n, id FROM (SELECT id FROM {source}) AS one"
            )
            cursor.execute(f"SELECT count(*) FROM history_{name}")
            self.facts[f"{name}s"] = cursor.fetchone()[0]

    def clear(self, cursor) -> None:
        for name in ("queue", "agent", "channel", "tag", "conversation"):
            cursor.execute(f"DROP TABLE IF EXISTS history_{name}")
        for name in ("key(timestamptz, bigint)", "chance(bigint, integer)"):
            cursor.execute(f"DROP FUNCTION IF EXISTS history_{name}")
        cursor.execute("DROP FUNCTION IF EXISTS history_one_of(text[], float8)")

    def customers(self, cursor) -> None:
        """Customers with document and contract, both identities of a phone, and their contact."""
        self._insert(cursor, "Customer", CUSTOMER, CUSTOMERS)
        for kind, seed in (("phone", 1), ("wa_id", 2)):
            columns = IDENTITY | {
                "kind": f"'{kind}'",
                "id": f"history_key(%(epoch)s, n * 4 + {seed})",
            }
            self._insert(cursor, "CustomerIdentity", columns, CUSTOMERS)
        source = (
            f"{CUSTOMERS} JOIN history_channel AS channel ON channel.n = made.n %% %(channels)s"
        )
        self._insert(cursor, "Contact", CONTACT, source)

    def conversations(self, cursor) -> None:
        cursor.execute(CONVERSATIONS, self.facts)
        cursor.execute("ALTER TABLE history_conversation ADD PRIMARY KEY (n)")
        cursor.execute("ANALYZE history_conversation")
        self._insert(cursor, "Conversation", CONVERSATION, "history_conversation AS made")
        _unasked(cursor, TAGGED, self.facts)

    def messages(self, cursor, first: int) -> None:
        """Write the messages of the conversations of one chunk."""
        from benchmarks.make_history import CHUNK

        facts = {"first": first, "last": first + CHUNK - 1}
        self._insert(cursor, "Message", MESSAGE, MESSAGES % facts)

    def _insert(self, cursor, model: str, given: dict[str, str], source: str) -> None:
        """Insert with the model's own defaults where nothing is given."""
        fields = apps.get_model("conversations", model)._meta.concrete_fields
        columns, values, facts = [], [], dict(self.facts)
        for field in fields:
            columns.append(f'"{field.column}"')
            values.append(given.get(field.column, f"%(default_{field.column})s"))
            if field.column not in given:
                default = None if getattr(field, "auto_now_add", False) else field.get_default()
                facts[f"default_{field.column}"] = field.get_db_prep_save(default, connection)
        table = f"conversations_{model.lower()}"
        statement = (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
        )
        _unasked(cursor, statement, facts)


def _unasked(cursor, statement: str, facts: dict) -> None:
    """Run a statement; nobody asks whether the channel of each of ten million messages exists."""
    cursor.execute("SET session_replication_role = replica")
    cursor.execute(statement, facts)
    cursor.execute("SET session_replication_role = DEFAULT")


CUSTOMERS = "(SELECT generate_series(0, %(customers)s - 1)::bigint AS n) AS made"
PHONE = "'5515' || (900000000 + (made.n * 104729 %% 99999999))::text"
CUSTOMER = {
    "id": "history_key(%(epoch)s, n)",
    "name": "history_one_of(%(first_names)s, power(history_chance(n, 10), 2)) || ' ' ||"
    " history_one_of(%(last_names)s, power(history_chance(n, 11), 2)) || ' ' ||"
    " history_one_of(%(last_names)s, history_chance(n, 12))",
    "phone": f"'+' || {PHONE}",
    "document_hash": "md5(n::text) || md5('document' || n)",
    "city": "history_one_of(%(cities)s, power(history_chance(n, 13), 2))",
    "neighbourhood": "history_one_of(%(streets)s, history_chance(n, 14))",
    "contract": "(100000 + n)::text",
    "created_at": "%(epoch)s::timestamptz",
}
IDENTITY = {
    "value": PHONE,
    "raw_value": PHONE,
    "created_at": "%(epoch)s::timestamptz",
    "customer_id": "history_key(%(epoch)s, n)",
}
CONTACT = {
    "id": "history_key(%(epoch)s, made.n)",
    "channel_id": "channel.id",
    "customer_id": "history_key(%(epoch)s, made.n)",
    "send_to": PHONE,
    "window_expires_at": "now() + history_chance(made.n, 15) * interval '24 hours'",
}
CONVERSATION = {
    "id": "id",
    "protocol": "to_char(opened_at, 'YYYYMMDD') || '-' || lpad(n::text, 7, '0')",
    "customer_id": "customer_id",
    "channel_id": "channel_id",
    "contact_id": "contact_id",
    "queue_id": "queue_id",
    "assignee_id": "CASE WHEN state IN ('active', 'closed') THEN agent_id END",
    "state": "state",
    "priority": "CASE WHEN history_chance(n, 16) < 0.9 THEN 1 ELSE floor(history_chance(n, 17) * 4) END",
    "opened_at": "opened_at",
    "queued_at": "CASE WHEN state IN ('queued', 'active') THEN opened_at END",
    "awaiting_reply_since": "CASE WHEN state <> 'closed' AND chance < 0.7 THEN last_at END",
    "last_message_at": "last_at",
    "last_message_preview": "'Já paguei o boleto e continua bloqueado'",
    "last_message_id": f"history_key(last_at, n * {16_384} + messages)",
    "unread_count": "CASE WHEN state <> 'closed' THEN floor(history_chance(n, 18) * 4) ELSE 0 END",
    "closed_at": "CASE WHEN state = 'closed' THEN last_at + interval '5 minutes' END",
    "snoozed_at": "CASE WHEN state = 'active' AND history_chance(n, 19) < 0.05 THEN last_at END",
    "version": "messages",
}
TAGGED = """
INSERT INTO conversations_conversation_tags (conversation_id, tag_id)
SELECT made.id, tag.id FROM history_conversation AS made
JOIN history_tag AS tag ON tag.n = floor(power(history_chance(made.n, 20), 2) * %(tags)s)
WHERE history_chance(made.n, 21) < 0.4
"""
MESSAGES = """
(
    SELECT made.*, i, made.n * 16384 + i AS key, made.opened_at + i * interval '40 seconds' AS at,
        CASE WHEN i %%%% 2 = 1 THEN 'customer' WHEN i < 4 THEN 'bot' ELSE 'agent' END AS sender,
        history_chance(made.n * 16384 + i, 5) AS c1, history_chance(made.n * 16384 + i, 6) AS c2
    FROM history_conversation AS made, generate_series(1, made.messages) AS i
    WHERE made.n BETWEEN %(first)s AND %(last)s
) AS one
"""
MESSAGE = {
    "id": "history_key(at, key)",
    "conversation_id": "id",
    "channel_id": "channel_id",
    "contact_id": "contact_id",
    "sender": "sender",
    "author_id": "CASE WHEN sender = 'agent' THEN agent_id END",
    "origin": "CASE sender WHEN 'customer' THEN 'provider' WHEN 'bot' THEN 'bot' ELSE 'page' END",
    "body": BODY,
    "provider_id": "'wamid.' || key",
    "is_note": "sender = 'agent' AND c2 < 0.02",
    "status": "CASE WHEN sender = 'customer' THEN 'received' ELSE 'read' END",
    "conversation_state": "CASE sender WHEN 'bot' THEN 'bot' ELSE 'active' END",
    "sort_at": "at",
    "version": "i",
    "provider_at": "at",
    "sent_at": "CASE WHEN sender <> 'customer' THEN at END",
    "delivered_at": "CASE WHEN sender <> 'customer' THEN at END",
    "read_at": "CASE WHEN sender <> 'customer' THEN at END",
    "created_at": "at",
}
