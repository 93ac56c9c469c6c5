"""HTTP to the Graph API: a pool of connections, time-outs, and honesty about what was sent. Pure.

Nothing here is repeated by itself: a POST goes out once. Only what surely never left (no address,
no connection, no TLS) is NOT_SENT; whatever breaks afterwards is UNKNOWN. That includes a
kept-alive connection which the other side closed just then: urllib3 drops those it finds closed
before use, but in the remaining moment nobody can tell whether the request was read.
"""

import json
import logging
import os
import threading
import time
from dataclasses import dataclass
from enum import Enum
from http.cookiejar import DefaultCookiePolicy
from typing import Any, BinaryIO

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, LocationValueError, NewConnectionError

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 5.0
READ_TIMEOUT_SECONDS = 20.0  # between two reads, and for the whole body of an answer
UPLOAD_READ_TIMEOUT_SECONDS = 60.0  # from the last byte sent to the answer
POOL_SIZE = 64  # connections kept per host; more than that at once are opened and closed again
MAX_ANSWER_BYTES = 1024 * 1024
_CHUNK_BYTES = 64 * 1024
# OpenSSL's words that only a handshake says: a wrong certificate, a server without TLS.
_HANDSHAKE_REASONS = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "HANDSHAKE_FAILURE")


class Outcome(Enum):
    """What is known about a request."""

    ANSWERED = "answered"
    NOT_SENT = "not sent"
    UNUSABLE = "unusable"  # our own settings are wrong: address or token
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request. body is its JSON object, None when there was none to read."""

    outcome: Outcome
    status: int = 0
    body: dict[str, Any] | None = None
    cut: bool = False  # the status arrived, its body did not, or not whole
    detail: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the other side said 2xx."""
        return self.outcome is Outcome.ANSWERED and 200 <= self.status < 300


class BearerToken(AuthBase):
    """The token as an auth object: requests then looks for none in ~/.netrc."""

    def __init__(self, token: str):
        self.token = token

    def __call__(self, request):
        """Put the token on a request."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class GraphClient:
    """Requests to one Graph-like server; safe to share between threads and across forks."""

    authorization: type[AuthBase] = BearerToken

    def __init__(
        self,
        connect_timeout: float = CONNECT_TIMEOUT_SECONDS,
        read_timeout: float = READ_TIMEOUT_SECONDS,
    ):
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._lock = threading.Lock()
        self._session: requests.Session | None = None
        self._process_id = 0

    def post(self, url: str, token: str, body: dict[str, Any]) -> Answer:
        """Post JSON once. Never raises for what the wire does."""
        data = json.dumps(body).encode()
        return self._request("POST", url, token, data=data)

    def get(self, url: str, token: str, params: dict[str, str] | None = None) -> Answer:
        """Ask for JSON once. Never raises for what the wire does."""
        return self._request("GET", url, token, params=params)

    def delete(self, url: str, token: str, params: dict[str, str] | None = None) -> Answer:
        """Delete once. Never raises for what the wire does."""
        return self._request("DELETE", url, token, params=params)

    def upload(self, url: str, token: str, body: BinaryIO, content_type: str) -> Answer:
        """Post a body that is read as it is sent; its length is len(body). Never raises."""
        return self._request(
            "POST", url, token, content_type, UPLOAD_READ_TIMEOUT_SECONDS, data=body
        )

    def _request(
        self,
        method: str,
        url: str,
        token: str,
        content_type: str = "application/json",
        read_timeout: float | None = None,
        **more: Any,
    ) -> Answer:
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            return Answer(Outcome.UNUSABLE, detail="The channel has no usable access token.")
        try:
            response = self._own_session().request(
                method,
                url,
                auth=self.authorization(token),
                headers={"Content-Type": content_type},
                timeout=(self._connect_timeout, read_timeout or self._read_timeout),
                allow_redirects=False,  # the token goes nowhere else
                stream=True,
                **more,
            )
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            return _answer_of_error(error)
        with response:
            return self._read(response)

    def _read(self, response: requests.Response) -> Answer:
        try:
            content = self._read_content(response)
        except Exception as error:  # urllib3 lets several of http.client's and ssl's through
            logger.warning("An answer broke off: %s", type(error).__name__)
            return Answer(Outcome.ANSWERED, response.status_code, cut=True, detail=_name(error))
        return Answer(Outcome.ANSWERED, response.status_code, _json_object(content))

    def _read_content(self, response: requests.Response) -> bytes:
        """The body, within its size and its time as a whole: a slow drip ends as well."""
        deadline = time.monotonic() + self._read_timeout
        content = bytearray()
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            content += chunk
            if len(content) > MAX_ANSWER_BYTES:
                raise ValueError("The answer is too large.")
            if time.monotonic() > deadline:
                raise TimeoutError("The answer is too slow.")
        return bytes(content)

    def _own_session(self) -> requests.Session:
        """This process's session: sockets inherited through a fork belong to the parent."""
        with self._lock:
            if self._session is None or self._process_id != os.getpid():
                self._session = _new_session()
                self._process_id = os.getpid()
            return self._session


def _new_session() -> requests.Session:
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=POOL_SIZE, pool_maxsize=POOL_SIZE, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # The only state requests would share between threads, and between channels.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _answer_of_error(error: Exception) -> Answer:
    # The text of an error may hold the address, which is no secret, but never headers or bodies.
    logger.warning("A request to the Graph API failed: %s", _name(error))
    return Answer(_outcome_of_error(error), detail=_name(error))


def _outcome_of_error(error: Exception) -> Outcome:
    never_tried = (
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidHeader,
        LocationValueError,
    )
    if isinstance(error, never_tried):
        return Outcome.UNUSABLE
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return Outcome.NOT_SENT
    if isinstance(_reason(error), NewConnectionError) or _is_failed_handshake(error):
        return Outcome.NOT_SENT
    return Outcome.UNKNOWN


def _reason(error: Exception) -> Any:
    """What urllib3 wrapped: MaxRetryError.reason (refused, no such host), if it is there."""
    return getattr(error.args[0], "reason", None) if error.args else None


def _is_failed_handshake(error: Exception) -> bool:
    """Whether TLS never came about; its other errors may come in the middle of a request."""
    is_tls = isinstance(error, requests.exceptions.SSLError)
    return is_tls and any(reason in str(error) for reason in _HANDSHAKE_REASONS)


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _name(error: Exception) -> str:
    return type(_reason(error) or error).__name__
