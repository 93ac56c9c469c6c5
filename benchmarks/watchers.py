"""Agents' browsers: websockets that watch conversations and a queue, and note what they see when."""

import asyncio
import base64
import json
import os
import re
import struct
import time
from urllib.parse import urlsplit

_MARKER = re.compile(r"m\d{7}x")
PING_SECONDS = 25


class Watcher:
    """One browser tab; `seen` maps a message's marker to when its fragment came."""

    def __init__(self, url: str, session: str, watch: list[str]):
        self.seen: dict[str, float] = {}
        self.fragments = 0
        self.nudges = 0
        self._address = urlsplit(url)
        self._session = session
        self._watch = watch
        self._tasks: list[asyncio.Task] = []

    async def open(self) -> None:
        """Connect and wait until the server says that everything is watched."""
        self._reader, self._writer = await asyncio.open_connection(
            self._address.hostname, self._address.port
        )
        self._writer.write(self._handshake().encode())
        answer = await self._reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in answer.split(b"\r\n")[0], answer
        self._send({"watch": self._watch})
        while (said := json.loads(await self._read() or "{}")).get("type") != "watching":
            pass
        assert not said["refused"], said
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._ping())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._writer.close()

    def _handshake(self) -> str:
        key = base64.b64encode(os.urandom(16)).decode()
        return (
            f"GET /ws/ HTTP/1.1\r\nHost: {self._address.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://{self._address.netloc}\r\nCookie: sessionid={self._session}\r\n\r\n"
        )

    async def _listen(self) -> None:
        while True:
            text = await self._read()
            at = time.monotonic()
            if '"conversation.changed"' in text[:200]:
                self.fragments += 1
                for marker in _MARKER.findall(text):
                    self.seen.setdefault(marker, at)
            else:
                self.nudges += 1

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            self._send({"ping": 1})

    def _send(self, content: dict) -> None:
        payload = json.dumps(content).encode()
        head = b"\x81" + (
            bytes([0x80 | len(payload)])
            if len(payload) < 126
            else b"\xfe" + struct.pack("!H", len(payload))
        )
        # A mask of zeros is a mask.
        self._writer.write(head + b"\0\0\0\0" + payload)

    async def _read(self) -> str:
        first, second = await self._reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
        payload = await self._reader.readexactly(length)
        assert first & 0x0F != 8, f"closed by the server: {payload[:100]}"
        return payload.decode() if first & 0x0F == 1 else ""
