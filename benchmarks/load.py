"""Customers who write at a given rate, whether or not the house keeps up (open loop)."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from conversations.providers.signatures import sign
from conversations.providers.simulator import wire
from helpdesk.testing.furnish import RULES, keyword
from helpdesk.testing.graph_server import NUMBER

FIRST_NUMBER = 5511960000000
CONNECTIONS = 16


@dataclass
class Sent:
    """One message of a customer: when it was due, posted, and acknowledged."""

    marker: str
    due_at: float
    posted_at: float = 0.0
    acknowledged_at: float = 0.0
    status: int = 0


@dataclass
class Load:
    """Posts signed webhooks; `new_share` of them from customers who never wrote before."""

    webhook_url: str
    secret: str
    new_share: float = 0.1
    customers: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self):
        self._address = urlsplit(self.webhook_url)
        self._idle: list[tuple] = []

    async def introduce(self, count: int) -> None:
        """Let `count` customers write for the first time, a few at once."""
        turns = asyncio.Semaphore(CONNECTIONS)
        await asyncio.gather(*(self._introduce_one(turns) for _ in range(count)))

    async def _introduce_one(self, turns: asyncio.Semaphore) -> None:
        async with turns:
            status = await self._post(self._body(self._new_customer(), "introduction"))
            assert status == 200, status

    async def run(self, rate: float, seconds: float) -> list[Sent]:
        """Offer `rate` messages a second; return them when all have been answered."""
        started, tasks = time.monotonic(), []
        first = len(self.sent)
        for number in range(int(rate * seconds)):
            due_at = started + number / rate
            await asyncio.sleep(max(0.0, due_at - time.monotonic()))
            sent = Sent(f"m{len(self.sent):07d}x", due_at)
            self.sent.append(sent)
            tasks.append(asyncio.create_task(self._send(sent)))
        await asyncio.gather(*tasks)
        return self.sent[first:]

    async def _send(self, sent: Sent) -> None:
        is_new = random.random() < self.new_share
        customer = self._new_customer() if is_new else random.choice(self.customers)
        body = self._body(customer, sent.marker)
        sent.posted_at = time.monotonic()
        sent.status = await self._post(body)
        sent.acknowledged_at = time.monotonic()

    def _new_customer(self) -> str:
        self.customers.append(str(FIRST_NUMBER + len(self.customers)))
        return self.customers[-1]

    def _body(self, customer: str, marker: str) -> bytes:
        said = wire.text_message(f"{keyword(random.randrange(RULES))} {marker}")
        person = wire.Person("Zeca Pereira", customer)
        number = self.number_of(customer)
        return wire.envelope([wire.message_entry(number, person, said, wamid=wire.new_wamid())])

    def number_of(self, customer: str) -> wire.Number:
        """Return the number that a customer writes to."""
        return NUMBER

    async def _post(self, body: bytes) -> int:
        head = (
            f"POST {self._address.path} HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-Hub-Signature-256: {sign(self.secret, body)}\r\n\r\n"
        )
        while True:
            is_kept = bool(self._idle)
            connection = self._idle.pop() if is_kept else await self._connect()
            try:
                status = await _exchange(connection, head.encode() + body)
            except (OSError, EOFError):
                connection[1].close()
                if not is_kept:
                    return 0
            else:
                self._idle.append(connection)
                return status

    async def _connect(self) -> tuple:
        return await asyncio.open_connection(self._address.hostname, self._address.port)


async def _exchange(connection, request: bytes) -> int:
    """Send a request and read the whole answer; raises EOFError when the other side has closed."""
    reader, writer = connection
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if "transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        length = head.partition("content-length:")[2].split("\r\n")[0]
        await reader.readexactly(int(length))
    return int(head.split()[1])
