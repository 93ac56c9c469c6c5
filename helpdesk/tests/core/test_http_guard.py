import http.server
import socket
import threading

import pytest

from helpdesk.core import http_guard
from helpdesk.core.http_guard import ForbiddenAddress, check_url, guarded_session

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]


def resolving_to(monkeypatch, *addresses):
    calls, really = [], socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if host in addresses:
            return really(host, port, *args, **kwargs)
        calls.append(host)
        return [(None, None, None, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return calls


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_our_own_network_is_refused(address, monkeypatch):
    resolving_to(monkeypatch, address)
    with pytest.raises(ForbiddenAddress):
        check_url("https://innocent.example/")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1"])
def test_a_public_address_is_returned_with_its_host(address, monkeypatch):
    resolving_to(monkeypatch, address)
    checked = check_url("https://Innocent.Example:8443/path?x=1")
    assert (checked.scheme, checked.host, checked.port, checked.address) == (
        "https",
        "innocent.example",
        8443,
        address,
    )


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    resolving_to(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(ForbiddenAddress):
        check_url("https://innocent.example/")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com",
        "example.com",
        "",
        "http://",
    ]
    + ["http://[::1", "http://example.com:99999/", "javascript:alert(1)"],
)
def test_what_is_no_http_address_is_refused(url):
    with pytest.raises(ForbiddenAddress):
        check_url(url)


def test_a_name_that_does_not_resolve_is_refused():
    with pytest.raises(ForbiddenAddress):
        check_url("http://does-not-exist.invalid/")


@pytest.mark.parametrize("url", ["http://2130706433/", "http://0x7f.1/", "http://127.1/"])
def test_other_spellings_of_an_address_are_refused(url):
    with pytest.raises(ForbiddenAddress):
        check_url(url)


@pytest.fixture
def server():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((self.headers["Host"], self.path))
            self.send_response(302 if self.path == "/away" else 200)
            if self.path == "/away":
                self.send_header("Location", "http://inside.example:1/secret")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    seen = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        listening.seen = seen
        yield listening
        listening.shutdown()


def test_a_host_that_is_allowed_is_reached_under_its_own_name(server, settings, monkeypatch):
    settings.OUTBOUND_HTTP_ALLOW = ["hooks.example"]
    calls = resolving_to(monkeypatch, "127.0.0.1")

    answer = guarded_session().get(f"http://hooks.example:{server.server_port}/in", timeout=5)

    assert answer.status_code == 200
    assert server.seen == [(f"hooks.example:{server.server_port}", "/in")]
    # Asked once for the check; the connection goes to what was checked.
    assert calls.count("hooks.example") == 1


def test_a_redirect_into_our_network_is_refused(server, settings, monkeypatch):
    settings.OUTBOUND_HTTP_ALLOW = ["hooks.example"]
    resolving_to(monkeypatch, "127.0.0.1")
    with pytest.raises(ForbiddenAddress):
        guarded_session().get(f"http://hooks.example:{server.server_port}/away", timeout=5)
    assert [path for _host, path in server.seen] == ["/away"]


def test_for_https_the_certificate_is_checked_for_the_name(monkeypatch):
    resolving_to(monkeypatch, "93.184.216.34")
    request = http_guard.requests.Request("GET", "https://hooks.example/x").prepare()
    adapter = guarded_session().get_adapter(request.url)

    host, pool = adapter.build_connection_pool_key_attributes(request, True)

    assert host["host"] == "93.184.216.34"
    assert pool["server_hostname"] == pool["assert_hostname"] == "hooks.example"
    assert pool["cert_reqs"] == "CERT_REQUIRED"
