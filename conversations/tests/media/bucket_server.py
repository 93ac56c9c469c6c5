"""The smallest server that speaks S3: objects in a dictionary."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class BucketServer:
    """A context manager; `objects` maps paths to contents, `requests` lists methods and ranges."""

    def __init__(self):
        self.objects: dict[str, bytes] = {}
        self.requests: list[tuple[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.bucket = self
        self.url = f"s3+http://key:secret@127.0.0.1:{self._server.server_address[1]}/files"

    def __enter__(self) -> "BucketServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments) -> None:
        pass

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self._bucket().objects[self._key()] = content
        self._answer(200)

    def do_GET(self) -> None:
        content = self._bucket().objects.get(self._key())
        if content is None:
            return self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        wanted = self.headers.get("Range", "")
        if not wanted:
            return self._answer(200, content)
        first, last = wanted.removeprefix("bytes=").split("-")
        return self._answer(206, content[int(first) : int(last) + 1])

    def do_HEAD(self) -> None:
        content = self._bucket().objects.get(self._key())
        self._answer(404 if content is None else 200, content or b"")

    def do_DELETE(self) -> None:
        self._bucket().objects.pop(self._key(), None)
        self._answer(204)

    def _bucket(self) -> BucketServer:
        self.server.bucket.requests.append((self.command, self.headers.get("Range", "")))
        return self.server.bucket

    def _key(self) -> str:
        return self.path.partition("?")[0]

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", "Fri, 20 Nov 2026 12:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
