"""HTTP to the gateway: the Graph client's honesty, another header, and files inside of JSON. Pure.

A POST goes out once; what may have arrived is UNKNOWN (conversations/providers/cloud/client.py).
"""

import base64
import json
from typing import Any, BinaryIO

import requests
from requests.auth import AuthBase

from conversations.providers.cloud.client import Answer, GraphClient

_PLACEHOLDER = "\u0001file\u0001"
_BASE64_CHUNK = 57 * 1024  # a multiple of three: pieces join without padding between them


class ApiKey(AuthBase):
    """The gateway's key as an auth object: requests then looks for none in ~/.netrc."""

    def __init__(self, key: str):
        self.key = key

    def __call__(self, request):
        """Put the key on a request."""
        request.headers["apikey"] = self.key
        return request


class GatewayClient(GraphClient):
    """Requests to a gateway; safe to share between threads and across forks. Never raises."""

    authorization = ApiKey

    def delete(self, url: str, key: str) -> Answer:
        """Ask for a deletion once. Never raises for what the wire does."""
        return self._request("DELETE", url, key)

    def post_file(
        self, url: str, key: str, body: dict[str, Any], field: str, file: BinaryIO, size: int
    ) -> Answer:
        """Post JSON whose `field` is a file in base64, read as it is sent. Never raises."""
        stream = JsonWithFile(body, field, file, size)
        return self.upload(url, key, stream, "application/json")

    def open(self, url: str, key: str, body: dict[str, Any], timeout: float) -> requests.Response:
        """Post JSON and return the answer unread, to be closed by the caller.

        Raises what requests raises, and ValueError for a key that cannot be a header.
        """
        return self._own_session().post(
            url,
            data=json.dumps(body).encode(),
            auth=ApiKey(key),
            headers={"Content-Type": "application/json", "Accept-Encoding": "identity"},
            timeout=(self._connect_timeout, timeout),
            allow_redirects=False,
            stream=True,
        )


class JsonWithFile:
    """A JSON object with a file in base64 as one of its values, made while it is read.

    A document of 100 MB never stands in memory. The file has to have `size` bytes.
    """

    def __init__(self, body: dict[str, Any], field: str, file: BinaryIO, size: int):
        head, tail = json.dumps({**body, field: _PLACEHOLDER}).split(json.dumps(_PLACEHOLDER)[1:-1])
        self._length = len(head) + (size + 2) // 3 * 4 + len(tail)
        self._pieces = self._read_pieces(head.encode(), file, tail.encode())
        self._rest = b""

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, b'' at the end."""
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        end = len(self._rest) if size < 0 else size
        chunk, self._rest = self._rest[:end], self._rest[end:]
        return chunk

    @staticmethod
    def _read_pieces(head: bytes, file: BinaryIO, tail: bytes):
        yield head
        while chunk := file.read(_BASE64_CHUNK):
            yield base64.b64encode(chunk)
        yield tail
