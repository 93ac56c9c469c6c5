"""Files at the Graph API: handed over, asked for, and fetched (spec/03, 3.2).

A file's address is valid for five minutes and wants the channel's token. The token goes only to
Meta's own hosts over https, or to the very origin of the Graph server from settings; it never
follows a redirect to another host, and no redirect leads anywhere else. Meta's hosts are reached
through the guard against private addresses.
"""

import hashlib
import re
import secrets
import time
from base64 import b64decode
from typing import Any, BinaryIO
from urllib.parse import quote, urljoin, urlsplit

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from conversations.providers.base import (
    FetchedMedia,
    Media,
    MediaError,
    OutboundFile,
    ProviderError,
    UploadResult,
)
from conversations.providers.cloud import errors
from conversations.providers.cloud.client import (
    CONNECT_TIMEOUT_SECONDS,
    READ_TIMEOUT_SECONDS,
    Answer,
    BearerToken,
    GraphClient,
    Outcome,
)
from conversations.providers.cloud.wire import identifier, mapping, text, whole_number
from helpdesk.core.http_guard import ForbiddenAddress, guarded_session

META_HOSTS = ("fbsbx.com", "fbcdn.net", "whatsapp.net", "facebook.com")
MOST_REDIRECTS = 3
FETCH_SECONDS = 180.0  # for a file, all tries together; below the time limit of a task
CHUNK_BYTES = 128 * 1024
REDIRECTS = (301, 302, 303, 307, 308)
EXPIRED = (401, 403, 404, 410)
_FILENAME = re.compile(r'["\r\n\x00-\x1f\\]')


class MediaDoor:
    """What one Graph server does with files. base_url as CloudProvider.base_url."""

    def __init__(self, client: GraphClient, base_url: str, channel):
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._channel = channel

    def upload(self, file: OutboundFile) -> UploadResult:
        """Hand a file over; never raises for what the wire does."""
        try:
            content = file.open()
        except Exception as error:  # whatever the storage raises
            failed = errors.not_sent(f"storage: {type(error).__name__}")
            return UploadResult(error=failed)
        with content:
            body = _Multipart(file, content)
            answer = self._client.upload(
                self._url(self._channel.phone_number_id, "media"),
                self._channel.access_token,
                body,
                body.content_type,
            )
        return _upload_result(answer)

    def fetch(self, media: Media, target: BinaryIO, max_bytes: int) -> FetchedMedia:
        """Write a file to target; an address that has expired is asked for again once."""
        room = _Room(target, max_bytes)
        if media.url:
            try:
                return self._download(media.url, media.sha256, room)
            except MediaError as error:
                if error.reason == "too_large":
                    raise
        try:
            return self._resolve_and_download(media, room)
        except MediaError as error:
            if error.reason != "gone":
                raise
        return self._resolve_and_download(media, room)

    def _resolve_and_download(self, media: Media, room: "_Room") -> FetchedMedia:
        described = self._resolve(media.media_id)
        size = whole_number(described.get("file_size"))
        if size is not None and size > room.max_bytes:
            raise MediaError("too_large", str(size))
        expected = media.sha256 or hexadecimal(text(described.get("sha256")))
        fetched = self._download(text(described.get("url")), expected, room)
        return FetchedMedia(fetched.size, fetched.sha256, text(described.get("mime_type")))

    def _resolve(self, media_id: str) -> dict[str, Any]:
        parameters = {"phone_number_id": self._channel.phone_number_id}
        answer = self._client.get(self._url(media_id), self._channel.access_token, parameters)
        if answer.is_success and text(mapping(answer.body).get("url")):
            return mapping(answer.body)
        raise _error_of(answer)

    def _download(self, address: str, sha256: str, room: "_Room") -> FetchedMedia:
        room.clear()
        try:
            with _Fetch(self._base_url, self._channel.access_token) as fetch:
                size, digest = room.fill(fetch.open(address))
        except ForbiddenAddress as error:
            raise MediaError("forbidden", str(error)) from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise MediaError("unreachable", type(error).__name__) from error
        if sha256 and digest != sha256:
            raise MediaError("damaged", "sha256")
        return FetchedMedia(size, digest)

    def _url(self, *path: str) -> str:
        parts = [quote(part, safe="") for part in path]
        return "/".join([self._base_url, settings.WHATSAPP_GRAPH_VERSION, *parts])


def hexadecimal(digest: str) -> str:
    """Return a SHA-256 in hexadecimal; Meta's webhooks write base64. '' for what is neither."""
    try:
        raw = bytes.fromhex(digest) if len(digest) == 64 else b64decode(digest, validate=True)
    except ValueError:
        return ""
    return raw.hex() if len(raw) == 32 else ""


class _Fetch:
    """One download with its redirects; a context manager that closes its connections."""

    def __init__(self, base_url: str, token: str):
        self._home = _origin(base_url)
        self._token = token
        self._open: list[requests.Session | requests.Response] = []

    def open(self, address: str) -> requests.Response:
        """Return the answer that holds the file; raises MediaError."""
        first = _origin(address)
        for _ in range(MOST_REDIRECTS + 1):
            response = self._get(address, with_token=_origin(address) == first)
            if response.status_code not in REDIRECTS:
                return _checked(response)
            address = urljoin(address, response.headers.get("Location", ""))
            # A server's own origin may be private; nobody is sent there from outside.
            if _origin(address) == self._home != first:
                raise MediaError("forbidden", "redirect")
        raise MediaError("unreachable", "redirects")

    def _get(self, address: str, *, with_token: bool) -> requests.Response:
        session = self._session_for(address)
        self._open.append(session)
        response = session.get(
            address,
            auth=BearerToken(self._token) if with_token else _no_auth,
            headers={"Accept-Encoding": "identity"},
            timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
            allow_redirects=False,
            stream=True,
        )
        self._open.append(response)
        return response

    def _session_for(self, address: str) -> requests.Session:
        if _origin(address) == self._home:
            return requests.Session()
        elif _is_metas(address):
            return guarded_session()
        else:
            raise MediaError("forbidden", urlsplit(address).hostname or "")

    def __enter__(self) -> "_Fetch":
        return self

    def __exit__(self, *error) -> None:
        for resource in reversed(self._open):
            resource.close()


class _Room:
    """Where a file goes, how large it may be, and how long all of it may take."""

    def __init__(self, target: BinaryIO, max_bytes: int):
        self.max_bytes = max_bytes
        self._target = target
        self._ends_at = time.monotonic() + FETCH_SECONDS

    def clear(self) -> None:
        """Forget what an earlier try has left."""
        self._target.seek(0)
        self._target.truncate()

    def fill(self, response: requests.Response) -> tuple[int, str]:
        """Write an answer's body; return its size and digest. Slow drips end by the clock."""
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > self.max_bytes:
            raise MediaError("too_large", announced)
        size, digest = 0, hashlib.sha256()
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            size += len(chunk)
            if size > self.max_bytes:
                raise MediaError("too_large", str(size))
            if time.monotonic() > self._ends_at:
                raise MediaError("unreachable", "too slow")
            digest.update(chunk)
            self._write(chunk)
        if announced.isdecimal() and size != int(announced):
            raise MediaError("unreachable", "cut short")
        return size, digest.hexdigest()

    def _write(self, chunk: bytes) -> None:
        try:
            self._target.write(chunk)
        except OSError as error:
            raise MediaError("storage", error.strerror or type(error).__name__) from error


class _Multipart:
    """The form of an upload, read piece by piece: head, file, tail."""

    def __init__(self, file: OutboundFile, content: BinaryIO):
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        fields = {"messaging_product": "whatsapp", "type": file.mime_type}
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        filename = _FILENAME.sub("_", file.filename) or "file"
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
            f"Content-Type: {file.mime_type}\r\n\r\n"
        )
        self._parts = [_Bytes(head.encode()), content, _Bytes(f"\r\n--{boundary}--\r\n".encode())]
        self._length = len(self._parts[0].rest) + file.size + len(self._parts[2].rest)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, b'' at the end."""
        while self._parts:
            chunk = self._parts[0].read(size)
            if chunk:
                return chunk
            self._parts.pop(0)
        return b""


class _Bytes:
    def __init__(self, content: bytes):
        self.rest = content

    def read(self, size: int = -1) -> bytes:
        end = len(self.rest) if size < 0 else size
        chunk, self.rest = self.rest[:end], self.rest[end:]
        return chunk


def _checked(response: requests.Response) -> requests.Response:
    if response.status_code == 200:
        return response
    reason = "gone" if response.status_code in EXPIRED else "unreachable"
    raise MediaError(reason, f"HTTP {response.status_code}")


def _error_of(answer: Answer) -> MediaError:
    """What a refused question for an address means."""
    if answer.outcome is Outcome.UNUSABLE:
        return MediaError("access", answer.detail)
    if answer.outcome is not Outcome.ANSWERED or answer.cut or answer.is_success:
        return MediaError("unreachable", answer.detail or f"HTTP {answer.status}")
    error = errors.from_response(answer.status, answer.body)
    # 100 is also what Meta says of an id that it does not know any more.
    if error.code == 100 or error.decision == "never":
        return MediaError("gone", error.details)
    reason = "access" if error.decision == "channel" else "unreachable"
    return MediaError(reason, error.details, error.retry_after)


def _upload_result(answer: Answer) -> UploadResult:
    if answer.outcome is Outcome.UNUSABLE:
        error = ProviderError(code=None, decision="channel", details=answer.detail)
    elif answer.outcome is not Outcome.ANSWERED or answer.cut:
        error = errors.not_sent(answer.detail)
    elif not answer.is_success:
        error = errors.from_response(answer.status, answer.body)
    else:
        media_id = identifier(mapping(answer.body).get("id"))
        error = None if media_id else errors.not_sent("no id")
        return UploadResult(media_id=media_id, error=error)
    return UploadResult(error=error)


def _origin(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError as error:
        raise MediaError("forbidden", "address") from error
    return parts.scheme, (parts.hostname or "").lower(), port


def _is_metas(address: str) -> bool:
    scheme, host, port = _origin(address)
    is_theirs = any(host == name or host.endswith(f".{name}") for name in META_HOSTS)
    return scheme == "https" and port == 443 and is_theirs


def _no_auth(request):
    """Keep requests from looking for a login in ~/.netrc."""
    return request
