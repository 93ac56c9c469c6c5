"""A customer's file from the gateway: base64 inside of JSON, decoded while it comes. Pure.

getBase64FromMediaMessage answers {"mimetype", "fileName", ..., "base64": "<the whole file>"}.
Nothing but a piece of it stands in memory, and what is too large is given up in the middle.
"""

import base64
import binascii
import hashlib
import json
import re
import time
from collections.abc import Callable
from typing import BinaryIO

from conversations.providers.base import FetchedMedia, MediaError
from conversations.providers.cloud.wire import mapping, text

MOST_BESIDE_BYTES = 1024 * 1024  # of all that is not the file
CHUNK_BYTES = 128 * 1024
_START = re.compile(rb'"base64"\s*:\s*"(?:data:[^,"]{0,100},)?')


def read_file(
    read: Callable[[int], bytes], target: BinaryIO, max_bytes: int, seconds: float
) -> FetchedMedia:
    """Write the file of an answer to `target`; `read(n)` gives the answer's next bytes.

    Raises MediaError: damaged, too_large, gone (there is none), unreachable (slow), storage.
    """
    decoder = _Decoder(target, max_bytes)
    beside, ends_at = bytearray(), time.monotonic() + seconds
    while chunk := read(CHUNK_BYTES):
        if time.monotonic() > ends_at:
            raise MediaError("unreachable", "too slow")
        beside += decoder.take(chunk) if decoder.is_open else chunk
        if not decoder.was_opened and (found := _START.search(beside)):
            rest = bytes(beside[found.end() :])
            del beside[found.end() :]
            decoder.was_opened = decoder.is_open = True
            beside += decoder.take(rest)
        if len(beside) > MOST_BESIDE_BYTES:
            raise MediaError("damaged", "answer")
    return decoder.finish(_described(bytes(beside)))


def _described(beside: bytes) -> dict:
    """The answer without its file, whose value has become an empty text."""
    try:
        return mapping(json.loads(beside))
    except (ValueError, RecursionError) as error:
        raise MediaError("unreachable", "cut short") from error


class _Decoder:
    """Base64 to bytes, piece by piece."""

    def __init__(self, target: BinaryIO, max_bytes: int):
        self.was_opened = self.is_open = False
        self._target = target
        self._max_bytes = max_bytes
        self._rest = b""
        self._size = 0
        self._digest = hashlib.sha256()

    def take(self, chunk: bytes) -> bytes:
        """Decode what belongs to the file; return what comes behind it, quotation mark included."""
        end = chunk.find(b'"')
        inside, behind = (chunk, b"") if end < 0 else (chunk[:end], chunk[end:])
        self._rest += inside.replace(b"\\/", b"/").replace(b"\\n", b"")
        whole = len(self._rest) // 4 * 4
        piece, self._rest = self._rest[:whole], self._rest[whole:]
        self._write(piece)
        self.is_open = end < 0
        return behind

    def finish(self, described: dict) -> FetchedMedia:
        if not self._size:
            raise MediaError("gone", "The gateway does not have the file.")
        if self.is_open or self._rest:
            raise MediaError("damaged", "base64")
        return FetchedMedia(self._size, self._digest.hexdigest(), text(described.get("mimetype")))

    def _write(self, piece: bytes) -> None:
        try:
            content = base64.b64decode(piece, validate=True)
        except binascii.Error as error:
            raise MediaError("damaged", "base64") from error
        self._size += len(content)
        if self._size > self._max_bytes:
            raise MediaError("too_large", str(self._size))
        self._digest.update(content)
        try:
            self._target.write(content)
        except OSError as error:
            raise MediaError("storage", error.strerror or type(error).__name__) from error
