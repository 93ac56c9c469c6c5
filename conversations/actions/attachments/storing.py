"""Where files lie: private storage, under names that say nothing of their content."""

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

import structlog
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from conversations.media.inspection import Facts
from conversations.media.names import ending
from conversations.models import Attachment

log = structlog.get_logger(__name__)


class StorageFailed(Exception):
    """The storage is full or away; str() is for whoever looks after it."""


def store(attachment: Attachment, file: BinaryIO, facts: Facts, at: datetime) -> None:
    """Write a file and its thumbnail, and their names and facts into the row, which is not saved.

    The names come from the row's id and the day `at`: a second try writes over what the first has left. Raises
    StorageFailed.
    """
    folder = f"{at:%Y/%m/%d}"
    file.seek(0)
    attachment.file.name = _write(
        f"attachments/{folder}/{attachment.pk}{ending(facts.mime_type)}", File(file)
    )
    attachment.thumbnail.name = ""
    if facts.thumbnail:
        attachment.thumbnail.name = _write(
            f"thumbnails/{folder}/{attachment.pk}.webp", ContentFile(facts.thumbnail)
        )
    attachment.mime_type = facts.mime_type
    attachment.size = facts.size
    attachment.sha256 = facts.sha256
    attachment.duration = facts.duration
    attachment.data = {**attachment.data, **_shape(facts)}


def discard(attachments: Iterable[Attachment]) -> None:
    """Delete files whose rows were not written after all."""
    for attachment in attachments:
        for field in (attachment.file, attachment.thumbnail):
            if field.name:
                _delete(field.name)


def _shape(facts: Facts) -> dict:
    known = {"peaks": facts.peaks, "width": facts.width, "height": facts.height}
    return {name: value for name, value in known.items() if value}


def _write(name: str, content: File) -> str:
    try:
        if default_storage.exists(name):
            default_storage.delete(name)
        return default_storage.save(name, content)
    except Exception as error:  # each storage has exceptions of its own
        log.error("media.storage_failed", error=repr(error))
        raise StorageFailed(getattr(error, "strerror", None) or type(error).__name__) from error


def _delete(name: str) -> None:
    try:
        default_storage.delete(name)
    except Exception as error:
        log.warning("media.not_deleted", name=name, error=repr(error))
