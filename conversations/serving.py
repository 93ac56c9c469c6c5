"""Private files as answers: in pieces, in parts, and never as anything that could run.

Whoever calls has asked access.py already. Files come from the storage, streamed; under ASGI their
reading happens on threads, so that a slow reader holds up nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags

from conversations.media.ranges import Unsatisfiable, wanted_range
from conversations.media.types import INLINE, UNKNOWN

CHUNK_BYTES = 128 * 1024
# A file that is opened on its own is a page without rights.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file in the storage. etag without quotes."""

    name: str
    size: int
    etag: str
    mime_type: str
    filename: str


def file_response(request, file: ServedFile, *, download: bool = False) -> HttpResponseBase:
    """Answer with a file, or the part of it that is asked for; raises Http404 when it is gone.

    Only pictures, sound and films are shown in place, everything else is saved.
    """
    if f'"{file.etag}"' in parse_etags(request.headers.get("If-None-Match", "")):
        return _with_headers(HttpResponse(status=304), file, download)
    try:
        part = wanted_range(_range_header(request, file), file.size)
    except Unsatisfiable:
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{file.size}"
        return _with_headers(refused, file, download)
    first, last = part or (0, file.size - 1)
    response = _body(request, file, first, last)
    response.status_code = 206 if part else 200
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    response["Content-Length"] = str(last - first + 1)
    return _with_headers(response, file, download)


def _range_header(request, file: ServedFile) -> str:
    """A part of another version of the file would not fit what the browser has."""
    condition = request.headers.get("If-Range", "")
    if condition and condition != f'"{file.etag}"':
        return ""
    return request.headers.get("Range", "")


def _body(request, file: ServedFile, first: int, last: int) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse()
    chunks = _chunks(_opened(file.name, first, last), last - first + 1)
    if isinstance(request, ASGIRequest):
        return StreamingHttpResponse(_on_threads(chunks))
    return StreamingHttpResponse(chunks)


def _with_headers(response: HttpResponseBase, file: ServedFile, download: bool) -> HttpResponseBase:
    is_shown = file.mime_type in INLINE
    response["Content-Type"] = file.mime_type if is_shown else UNKNOWN
    disposition = content_disposition_header(download or not is_shown, file.filename)
    response["Content-Disposition"] = disposition or "inline"
    response["ETag"] = f'"{file.etag}"'
    response["Accept-Ranges"] = "bytes"
    # Kept by the browser, asked for anew each time: the right to see it may have ended.
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Cookie"])
    return response


def _opened(name: str, first: int, last: int) -> BinaryIO:
    """The file, standing at its first wanted byte."""
    try:
        if hasattr(default_storage, "bucket"):
            # An S3 file of django-storages would be fetched whole, however little is wanted.
            part = default_storage.bucket.Object(name).get(Range=f"bytes={first}-{last}")
            return part["Body"]
        file = default_storage.open(name, "rb")
    except Exception as error:  # each storage says in its own way that there is no such file
        raise Http404 from error
    file.seek(first)
    return file


def _chunks(file: BinaryIO, length: int) -> Iterator[bytes]:
    try:
        while length > 0:
            chunk = file.read(min(CHUNK_BYTES, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
    finally:
        file.close()


async def _on_threads(chunks: Iterator[bytes]):
    next_chunk = sync_to_async(next, thread_sensitive=False)
    try:
        while chunk := await next_chunk(chunks, b""):
            yield chunk
    finally:
        chunks.close()
