"""What is known about a request, proved against real sockets."""

import logging
import socket
import threading

import pytest

from conversations.providers.cloud import client as client_module
from conversations.providers.cloud.client import GraphClient, Outcome
from conversations.tests.providers.cloud.graph_server import ACCEPTED, send

TOKEN = "EAAG-secret-token"
QUICK = {"connect_timeout": 0.3, "read_timeout": 0.3}


def post(url: str, token: str = TOKEN, **timeouts):
    return GraphClient(**(QUICK | timeouts)).post(url, token, {"text": "ção"})


def close(handler) -> None:
    """Cut the connection without a word."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def test_an_answer_carries_status_and_json(graph):
    answer = post(graph.url + "/v25.0/1/messages")
    assert (answer.outcome, answer.status, answer.body) == (Outcome.ANSWERED, 200, ACCEPTED)
    [request] = graph.requests
    assert (request.method, request.path) == ("POST", "/v25.0/1/messages")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.body == {"text": "ção"}


def test_a_netrc_file_does_not_replace_the_token(graph, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    post(graph.url)
    assert graph.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_connections_are_kept_and_shared_by_threads(graph):
    client = GraphClient()
    ports = set()

    def answer(handler):
        ports.add(handler.client_address[1])
        send(handler, 200, b"{}")

    graph.answer = answer
    for _ in range(5):
        client.post(graph.url, TOKEN, {})
    threads = [threading.Thread(target=client.post, args=(graph.url, TOKEN, {})) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(graph.requests) == 13
    assert len(ports) <= 9


def test_a_connection_closed_in_between_is_not_used_again(graph):
    closed = threading.Semaphore(0)

    def answer_and_close(handler):
        send(handler, 200, b"{}")
        close(handler)
        closed.release()

    graph.answer = answer_and_close
    client = GraphClient(**QUICK)
    answers = []
    for _ in range(3):
        answers.append(client.post(graph.url, TOKEN, {}))
        assert closed.acquire(timeout=5)  # before that nobody can know
    assert len(graph.requests) == 3
    assert answers[0].outcome is Outcome.ANSWERED


def test_a_refused_connection_was_surely_not_sent():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert post(address).outcome is Outcome.NOT_SENT


def test_a_host_without_address_was_surely_not_sent():
    assert post("http://graph.invalid").outcome is Outcome.NOT_SENT


def test_a_connection_that_never_comes_was_surely_not_sent():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        answer = post(f"http://127.0.0.1:{full.getsockname()[1]}")
        for one in waiting:
            one.close()
    assert answer.outcome is Outcome.NOT_SENT


def test_a_server_without_tls_was_surely_not_sent_to(graph):
    assert post(graph.url.replace("http:", "https:")).outcome is Outcome.NOT_SENT
    assert not graph.requests


def test_silence_after_sending_leaves_the_outcome_unknown(graph):
    graph.answer = lambda handler: graph.done.wait()
    assert post(graph.url).outcome is Outcome.UNKNOWN
    assert len(graph.requests) == 1


def test_a_cut_after_sending_leaves_the_outcome_unknown_and_is_not_repeated(graph):
    graph.answer = close
    assert post(graph.url).outcome is Outcome.UNKNOWN
    assert len(graph.requests) == 1


def test_an_answer_cut_in_its_middle_says_so(graph):
    def half(handler):
        send(handler, 200, b'{"messages":[', length=1000)
        close(handler)

    graph.answer = half
    answer = post(graph.url)
    assert (answer.outcome, answer.status, answer.cut) == (Outcome.ANSWERED, 200, True)


def test_a_dripping_answer_ends_at_its_deadline(graph):
    def drip(handler):
        send(handler, 200, b"", length=100_000)
        while not graph.done.wait(0.02):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    graph.answer = drip
    assert post(graph.url).cut


def test_an_endless_answer_is_not_read_to_its_end(graph, monkeypatch):
    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 1000)
    graph.says(200, b"x" * 100_000)
    assert post(graph.url).cut


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b"\xff", b"[" * 50_000])
def test_an_answer_that_is_no_json_object_has_no_body(graph, content):
    graph.says(503, content)
    answer = post(graph.url)
    assert (answer.status, answer.body, answer.is_success) == (503, None, False)


def test_the_token_does_not_follow_a_redirect(graph):
    def elsewhere(handler):
        handler.send_response(307)
        handler.send_header("Location", graph.url + "/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    graph.answer = elsewhere
    assert post(graph.url).status == 307
    assert len(graph.requests) == 1


def test_cookies_are_not_carried_from_channel_to_channel(graph):
    def with_cookie(handler):
        handler.send_response(200)
        handler.send_header("Set-Cookie", "who=first")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    graph.answer = with_cookie
    client = GraphClient()
    client.post(graph.url, TOKEN, {})
    client.post(graph.url, TOKEN, {})
    assert "Cookie" not in graph.requests[1].headers


@pytest.mark.parametrize("token", ["", "a b", "a\nb", "tökén", "a\x00"])
def test_an_unusable_token_is_never_sent(graph, token):
    assert post(graph.url, token).outcome is Outcome.UNUSABLE
    assert not graph.requests


@pytest.mark.parametrize("url", ["graph.facebook.com/v25.0", "ftp://x", "http://", "http://a..b"])
def test_an_unusable_address_is_told(url):
    assert post(url).outcome is Outcome.UNUSABLE


def test_neither_token_nor_text_is_logged(graph, caplog):
    graph.answer = close
    with caplog.at_level(logging.DEBUG):
        post(graph.url)
    assert caplog.text
    assert TOKEN not in caplog.text
    assert "ção" not in caplog.text
