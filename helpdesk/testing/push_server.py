"""A push service and a browser behind it: takes pushes, checks who sends, opens what is sealed."""

import json
import os
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from helpdesk.core.web_push import CURVE, decoded, encoded


class Browser:
    """The keys of a subscription, and the other half of RFC 8291: opening."""

    def __init__(self, private=None, secret=None):
        self._private = private or ec.generate_private_key(CURVE)
        self._secret = secret or os.urandom(16)
        self._point = _raw(self._private.public_key())

    @property
    def public_key(self) -> str:
        return encoded(self._point)

    @property
    def auth_secret(self) -> str:
        return encoded(self._secret)

    def opened(self, body: bytes) -> bytes:
        salt, (_record, length) = body[:16], struct.unpack("!IB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        shared = self._private.exchange(ec.ECDH(), public)
        seed = _hkdf(shared, self._secret, b"WebPush: info\0" + self._point + sender, 32)
        key = _hkdf(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(seed, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        return padded.rstrip(b"\0").removesuffix(b"\x02")


class PushServer:
    """Answers `status`; refuses, as push services do, whoever does not sign as VAPID asks."""

    def __init__(self):
        self.status, self.pushes = 201, []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _handler(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.pushes.append((self.path, dict(self.headers), body))
                status = outer.status if signed_for(self.headers, outer.origin) else 403
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", f"{outer.origin}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_said):
                pass

        return Handler


def signed_for(headers, origin: str) -> bool:
    """Whether a push is signed by the key it names, for this service, and not for ever."""
    said = dict(part.strip().split("=", 1) for part in headers["Authorization"][6:].split(","))
    head, claims, signature = said["t"].split(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(said["k"]))
    raw = decoded(signature)
    numbers = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    der = encode_dss_signature(*numbers)
    key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    claimed = json.loads(decoded(claims))
    return claimed["aud"] == origin and time.time() < claimed["exp"] < time.time() + 86400


def _raw(key) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _hkdf(secret, salt, info, length) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
