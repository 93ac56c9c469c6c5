"""Files that the simulated WhatsApp holds: what we upload, and what customers send."""

import base64
import hashlib
import hmac
import mimetypes
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.signing import Signer

from conversations.models import Channel, SimulatorMedia, SimulatorSetting
from conversations.providers.simulator import faults
from conversations.providers.simulator.errors import GraphError

SAMPLES = Path(__file__).parent / "samples"
# kind: file, what the webhook says besides id, mime and hash
_SAMPLES = {
    "image": ("roteador.jpg", {}),
    "video": ("luzes.mp4", {}),
    "audio": ("recado.ogg", {"voice": True}),
    "document": ("comprovante.pdf", {"filename": "comprovante.pdf"}),
    "sticker": ("joinha.webp", {"animated": False}),
}
_MIME_TYPES = {
    ".jpg": "image/jpeg", ".ogg": "audio/ogg; codecs=opus", ".pdf": "application/pdf",
    ".webp": "image/webp", ".mp4": "video/mp4",
}  # fmt: skip
_LIMITS = {"image": 5, "audio": 16, "video": 16}  # MB; everything else is a document
_DOCUMENT_LIMIT = 100
_MEGABYTE = 1024 * 1024
ADDRESS_LASTS_SECONDS = 5 * 60
_signer = Signer(salt="simulator.media")


def upload(channel: Channel, content: bytes, mime_type: str) -> SimulatorMedia:
    """Keep an uploaded file; raises GraphError for what WhatsApp would not take."""
    limit = _LIMITS.get(mime_type.partition("/")[0], _DOCUMENT_LIMIT)
    if not content or len(content) > limit * _MEGABYTE:
        raise GraphError(131053, f"A file of this type has 1 byte to {limit} MB.")
    media_id = str(secrets.randbelow(9 * 10**15) + 10**15)
    media = SimulatorMedia(
        channel=channel, media_id=media_id, mime_type=mime_type, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    suffix = mimetypes.guess_extension(mime_type.partition(";")[0]) or ".bin"
    media.file.save(f"{media_id}{suffix}", ContentFile(content), save=True)
    return media


def part(media: SimulatorMedia, **extra: Any) -> dict[str, Any]:
    """Return the media part of a customer's message, with an address as WhatsApp gives since 2025."""
    digest = base64.b64encode(bytes.fromhex(media.sha256)).decode()
    return {
        "id": media.media_id, "mime_type": media.mime_type, "sha256": digest,
        "url": address(media), **extra,
    }  # fmt: skip


def sample_part(channel: Channel, kind: str) -> dict[str, Any]:
    """Return the media part of a customer's message: a sample file of that kind."""
    name, extra = _SAMPLES[kind]
    return part(_kept_sample(channel, SAMPLES / name), **extra)


def description(media: SimulatorMedia) -> dict[str, Any]:
    """Return the answer to GET /{media_id}."""
    return {
        "messaging_product": "whatsapp",
        "id": media.media_id,
        "url": address(media),
        "mime_type": said_type(media),
        "sha256": media.sha256,
        "file_size": media.size,
    }


def address(media: SimulatorMedia) -> str:
    """Return where a file can be fetched for five minutes; an old address if that is switched on."""
    is_expired = faults.media_fault(SimulatorSetting.current(), SimulatorSetting.MediaFault.EXPIRED)
    lasts = -1 if is_expired else ADDRESS_LASTS_SECONDS
    expires = str(int(time.time()) + lasts)
    query = urlencode({"ext": expires, "hash": _proof(media.media_id, expires)})
    return f"{settings.BASE_URL}/simulator/graph/files/{media.media_id}?{query}"


def is_current(media_id: str, expires: str, proof: str) -> bool:
    """Whether an address of ours still leads to its file."""
    known = hmac.compare_digest(_proof(media_id, expires).encode(), proof.encode())
    return known and int(expires) > time.time()


def said_type(media: SimulatorMedia) -> str:
    """Return a file's type; a wrong one if that is switched on."""
    fault = SimulatorSetting.MediaFault.MISLABELLED
    if not faults.media_fault(SimulatorSetting.current(), fault):
        return media.mime_type
    return "image/png" if media.mime_type == "application/pdf" else "application/pdf"


def content(media: SimulatorMedia) -> bytes:
    """Return what is in a file; something else of the same length if that is switched on."""
    with media.file.open("rb") as file:
        held = file.read()
    fault = SimulatorSetting.MediaFault.DAMAGED
    if faults.media_fault(SimulatorSetting.current(), fault):
        return bytes([held[0] ^ 0xFF]) + held[1:]
    return held


def _proof(media_id: str, expires: str) -> str:
    return _signer.signature(f"{media_id}:{expires}")


def _kept_sample(channel: Channel, path: Path) -> SimulatorMedia:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    kept = channel.simulator_media.filter(sha256=digest).first()
    return kept or upload(channel, content, _MIME_TYPES[path.suffix])
