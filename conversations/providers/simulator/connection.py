"""Closing a client's connection in the middle of its request, without a byte of an answer.

No server offers that to a view, so the socket is looked up: by gunicorn's environ, by the client's
port (daphne), or through the request's body (Django's own server). Where a proxy stands in front,
the proxy's connection is cut and it answers 502.
"""

import contextlib
import os
import socket
import stat

from django.http import HttpRequest


def cut(request: HttpRequest) -> bool:
    """Shut the request's connection down; False where there is none (test client)."""
    descriptor = _descriptor(request)
    if descriptor is None:
        return False
    # A duplicate: closing it leaves the server's own descriptor, which it closes itself.
    with contextlib.closing(socket.socket(fileno=os.dup(descriptor))) as connection:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return False
    return True


def _descriptor(request: HttpRequest) -> int | None:
    if gunicorn_socket := request.META.get("gunicorn.socket"):
        return gunicorn_socket.fileno()
    if port := request.META.get("REMOTE_PORT"):
        return _descriptor_of_peer(request.META["REMOTE_ADDR"], int(port))
    return _descriptor_of_body(request)


def _descriptor_of_body(request: HttpRequest) -> int | None:
    """wsgi.input is a limited reader around the buffered socket."""
    reader = getattr(request.META.get("wsgi.input"), "_read", None)
    try:
        return reader.__self__.fileno()
    except (AttributeError, OSError):
        return None


def _descriptor_of_peer(address: str, port: int) -> int | None:
    for name in os.listdir("/dev/fd"):
        if _peer_of(int(name)) == (address, port):
            return int(name)
    return None


def _peer_of(descriptor: int) -> tuple[str, int] | None:
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return None
        with contextlib.closing(socket.socket(fileno=os.dup(descriptor))) as connection:
            return connection.getpeername()[:2]
    except OSError:
        return None  # closed meanwhile, listening, or of a kind without peers
