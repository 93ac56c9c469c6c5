"""WhatsApp's side of files, over real HTTP, with everything that can go wrong.

`files` holds what a media id stands for; `script` what happens to the next downloads, one word each:
ok | gone | forbidden | busy | cut | drip | damaged | redirect=ADDRESS | endless. Empty: all goes well.
"""

import hashlib
import json
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "the-token"


class FileServer:
    """A context manager; `url` goes into WHATSAPP_GRAPH_URL."""

    def __init__(self, token: str = TOKEN):
        self.token = token
        self.files: dict[str, tuple[bytes, str]] = {}
        self.script: list[str] = []
        self.resolve_script: list[int] = []
        self.upload_script: list[int] = []
        self.resolved: list[str] = []
        self.downloads: list[tuple[str, str]] = []  # path, Authorization
        self.uploads: list[dict] = []
        self.sent: list[dict] = []
        self.drip_seconds = 0.2
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.files = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "FileServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, media_id: str, content: bytes, mime_type: str) -> str:
        """Hold a file; returns its SHA-256."""
        self.files[media_id] = (content, mime_type)
        return hashlib.sha256(content).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def world(self) -> FileServer:
        return self.server.files

    def log_message(self, *arguments) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/files/"):
            return self._download(path.removeprefix("/files/"))
        if not self._has_token():
            return self._error(401, 190)
        return self._resolve(path.rpartition("/")[2])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._has_token():
            return self._error(401, 190)
        if self.path.endswith("/media"):
            return self._upload(body)
        self.world.sent.append(json.loads(body))
        wamid = f"wamid.{len(self.world.sent)}"
        return self._json({"messages": [{"id": wamid}], "contacts": [{"wa_id": "1"}]})

    def _resolve(self, media_id: str) -> None:
        self.world.resolved.append(media_id)
        status = self.world.resolve_script.pop(0) if self.world.resolve_script else 200
        if status != 200:
            return self._error(status, {401: 190, 503: 131016, 429: 4}.get(status, 100))
        if media_id not in self.world.files:
            return self._error(400, 100, 33)
        content, mime_type = self.world.files[media_id]
        return self._json(
            {
                "id": media_id,
                "url": f"{self.world.url}/files/{media_id}",
                "mime_type": mime_type,
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_size": len(content),
            }
        )

    def _download(self, media_id: str) -> None:
        self.world.downloads.append((media_id, self.headers.get("Authorization", "")))
        fault, _, value = (self.world.script.pop(0) if self.world.script else "ok").partition("=")
        content, mime_type = self.world.files.get(media_id, (b"", ""))
        if fault in ("gone", "forbidden", "busy"):
            return self._plain({"gone": 404, "forbidden": 401, "busy": 503}[fault], b"")
        if not self._has_token():
            return self._plain(401, b"")
        if fault == "redirect":
            return self._plain(302, b"", {"Location": value})
        if fault == "damaged":
            content = b"?" * len(content)
        if fault == "endless":
            return self._endless()
        if fault in ("cut", "drip"):
            return self._badly(content, fault)
        return self._plain(200, content, {"Content-Type": mime_type})

    def _badly(self, content: bytes, fault: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.close_connection = True
        if fault == "cut":
            self.wfile.write(content[: len(content) // 2])
            return
        for byte in content:
            try:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            except OSError:
                return
            time.sleep(self.world.drip_seconds)

    def _endless(self) -> None:
        """Neither a length nor an end."""
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"x" * 65_536)
        except OSError:
            return

    def _upload(self, body: bytes) -> None:
        status = self.world.upload_script.pop(0) if self.world.upload_script else 200
        if status != 200:
            return self._error(status, {401: 190, 503: 131016, 400: 131053}[status])
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        fields = {}
        for part in form.iter_parts():
            name = part.get_param("name", header="content-disposition")
            fields[name] = part.get_payload(decode=True)
            if name == "file":
                fields["filename"] = part.get_filename()
                fields["mime_type"] = part.get_content_type()
        self.world.uploads.append(fields)
        return self._json({"id": f"media-{len(self.world.uploads)}"})

    def _has_token(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {self.world.token}"

    def _json(self, answer: dict, status: int = 200) -> None:
        self._plain(status, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _error(self, status: int, code: int, subcode: int | None = None) -> None:
        error = {"message": "refused", "type": "OAuthException", "code": code}
        if subcode:
            error["error_subcode"] = subcode
        self._json({"error": error}, status)

    def _plain(self, status: int, content: bytes, headers: dict | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
