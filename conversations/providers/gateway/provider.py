"""The gateway (Evolution API v2) behind the provider interface. Unofficial: see spec/03, 5."""

import time
from typing import Any, BinaryIO
from urllib.parse import quote

import requests
from django.conf import settings
from django.utils.translation import gettext
from urllib3.exceptions import HTTPError

from conversations.providers.base import (
    FetchedMedia,
    InvalidPayload,
    Media,
    MediaError,
    OutboundFile,
    OutboundMessage,
    ProviderError,
    SendResult,
    UploadResult,
)
from conversations.providers.cloud.client import Answer, Outcome
from conversations.providers.cloud.errors import not_sent
from conversations.providers.cloud.wire import clean, identifier, mapping
from conversations.providers.gateway import errors, limits
from conversations.providers.gateway.client import GatewayClient
from conversations.providers.gateway.media import read_file
from conversations.providers.gateway.send import Request, read_body, request
from conversations.providers.gateway.session import OPEN, state_of

FETCH_SECONDS = 180.0  # for a file; below the time limit of a task
FETCH_READ_SECONDS = 60.0  # the gateway fetches and decrypts the file before it answers


class GatewayProvider:
    """Sends through the gateway at GATEWAY_URL; one instance there is one channel here."""

    name = "gateway"
    uploads_files = False
    shows_typing = False

    def __init__(self, client: GatewayClient | None = None):
        self.client = client or GatewayClient()

    def check(self, message: OutboundMessage) -> list[limits.Problem]:
        """Return what the gateway would refuse in a message, for people to read."""
        return limits.check(message)

    def send(self, channel, message: OutboundMessage) -> SendResult:
        """Post one message once; blocks up to its time-outs; never raises for what the wire does."""
        try:
            wanted = request(message)
        except InvalidPayload as error:
            return SendResult(error=ProviderError(None, "never", details=str(error)))
        if not channel.gateway_instance:
            return SendResult(error=ProviderError(None, "channel", details=NO_INSTANCE))
        url = url_of(wanted.route, channel.gateway_instance)
        if not wanted.file_field:
            answer = self.client.post(url, settings.GATEWAY_API_KEY, wanted.body)
            return _send_result(answer, message.attempt_number)
        return self._send_file(url, wanted, message)

    def _send_file(self, url: str, wanted: Request, message: OutboundMessage) -> SendResult:
        try:
            content = message.file.open()
        except Exception as error:  # whatever the storage raises
            failed = not_sent(f"storage: {type(error).__name__}", message.attempt_number)
            return SendResult(error=failed)
        with content:
            answer = self.client.post_file(
                url, settings.GATEWAY_API_KEY, wanted.body, wanted.file_field, content,
                message.file.size,
            )  # fmt: skip
        return _send_result(answer, message.attempt_number)

    def mark_read(self, channel, provider_id: str, *, to: str = "", typing: bool = False) -> bool:
        """Mark one incoming message of `to` as read; the gateway passes over privacy ids silently."""
        url = url_of("chat/markMessageAsRead", channel.gateway_instance)
        body = read_body(to, provider_id)
        return bool(to) and self.client.post(url, settings.GATEWAY_API_KEY, body).is_success

    def check_health(self, channel) -> dict[str, Any]:
        """Ask for the session's state: {'ok', 'detail', 'raw', 'error', 'state'}; see Provider."""
        url = url_of("instance/connectionState", channel.gateway_instance)
        answer = self.client.get(url, settings.GATEWAY_API_KEY)
        raw, state = clean(answer.body or {}), state_of(answer.body)
        if not answer.is_success:
            error = error_of(answer)
            return {"ok": False, "detail": error.details, "raw": raw, "error": error, "state": ""}
        ok = state == OPEN
        detail = "" if ok else gettext("The telephone is not connected.")
        return {"ok": ok, "detail": detail, "raw": raw, "error": None, "state": state}

    def fetch_media(self, channel, media: Media, target: BinaryIO, max_bytes: int) -> FetchedMedia:
        """Write a customer's file to `target`; blocks up to some minutes. Raises MediaError."""
        url = url_of("chat/getBase64FromMediaMessage", channel.gateway_instance)
        body = {"message": {"key": {"id": media.media_id}}, "convertToMp4": False}
        ends_at = time.monotonic() + FETCH_SECONDS
        try:
            with self.client.open(
                url, settings.GATEWAY_API_KEY, body, FETCH_READ_SECONDS
            ) as answer:
                _require_file(answer)
                target.seek(0)
                target.truncate()
                seconds = ends_at - time.monotonic()
                return read_file(_reader(answer), target, max_bytes, seconds)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise MediaError("unreachable", type(error).__name__) from error

    def upload_media(self, channel, file: OutboundFile) -> UploadResult:
        """Refuse: files go with their messages, see `uploads_files`."""
        details = "The gateway takes files with their messages."
        return UploadResult(error=ProviderError(None, "never", details=details))


NO_INSTANCE = "The channel is not connected to the gateway yet."


def url_of(route: str, instance: str = "") -> str:
    """Return the address of a route, with the instance's name in it, quoted."""
    parts = [settings.GATEWAY_URL.rstrip("/"), route]
    return "/".join([*parts, quote(instance, safe="")] if instance else parts)


def error_of(answer: Answer, attempt_number: int = 1) -> ProviderError:
    """Return what an answer that is no success means."""
    if answer.outcome is Outcome.UNUSABLE:
        return ProviderError(None, "channel", details=answer.detail)
    if answer.outcome is not Outcome.ANSWERED or answer.cut:
        return not_sent(answer.detail, attempt_number)
    return errors.from_response(answer.status, answer.body, attempt_number)


def _send_result(answer: Answer, attempt_number: int) -> SendResult:
    is_unknown = answer.outcome is Outcome.UNKNOWN or (answer.is_success and answer.cut)
    # Whoever stands behind a proxy that gave up waiting may have taken the message.
    if is_unknown or (answer.status == 504 and not mapping(answer.body).get("error")):
        return SendResult(ambiguous=True, detail=answer.detail or f"HTTP {answer.status}")
    if not answer.is_success:
        return SendResult(error=error_of(answer, attempt_number))
    provider_id = identifier(mapping(mapping(answer.body).get("key")).get("id"))
    if not provider_id:
        return SendResult(ambiguous=True, detail="The answer names no message.")
    return SendResult(accepted=True, provider_id=provider_id)


def _require_file(answer: requests.Response) -> None:
    if answer.status_code in (200, 201):
        return
    # 400 is what the gateway says of a message it does not know, and of a file that has expired.
    reasons = {400: "gone", 404: "gone", 401: "access", 403: "access"}
    detail = f"HTTP {answer.status_code}"
    raise MediaError(reasons.get(answer.status_code, "unreachable"), detail)


def _reader(answer: requests.Response):
    return lambda size: answer.raw.read1(size, decode_content=True)
