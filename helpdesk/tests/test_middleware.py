import asyncio
import threading

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse
from django.test import RequestFactory

from helpdesk import middleware
from helpdesk.asgi import application, webhook
from helpdesk.middleware import RequestContextMiddleware, WebhookMiddleware


def test_every_answer_carries_a_request_id_and_a_permissions_policy(client):
    answer = client.get("/health")
    assert len(answer["X-Request-ID"]) == 32
    assert "camera=()" in answer["Permissions-Policy"]


def test_a_request_id_that_is_given_is_kept(client):
    assert (
        client.get("/health", headers={"X-Request-ID": "abc-12345"})["X-Request-ID"] == "abc-12345"
    )


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space", "new\tline", "ü" * 10])
def test_a_request_id_that_could_confuse_a_log_is_replaced(given):
    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    answer = RequestContextMiddleware(lambda _request: HttpResponse())(request)
    assert len(answer["X-Request-ID"]) == 32


def through_the_middleware(monkeypatch, path, view):
    monkeypatch.setattr("conversations.webhooks.whatsapp", view)
    passed_on = []

    def rest(request):
        passed_on.append(request.path)
        return HttpResponse("the rest")

    answer = WebhookMiddleware(rest)(RequestFactory().post(path))
    return answer.content.decode(), passed_on


def test_a_webhook_leaves_the_stack_at_once(monkeypatch):
    found = through_the_middleware(
        monkeypatch, middleware.WEBHOOK_PATH, lambda _r: HttpResponse("ok")
    )
    assert found == ("ok", [])


def test_anything_else_goes_through_the_stack(monkeypatch):
    path = middleware.WEBHOOK_PATH + "/more"
    found = through_the_middleware(monkeypatch, path, lambda _r: HttpResponse("ok"))
    assert found == ("the rest", [path])


def over_asgi(path, method="POST"):
    """Ask the ASGI application as a server would; return status and body."""

    async def scene():
        asked = ApplicationCommunicator(
            application,
            {
                "type": "http",
                "method": method,
                "path": path,
                "headers": [(b"host", b"testserver")],
                "query_string": b"",
            },
        )
        await asked.send_input({"type": "http.request", "body": b"{}"})
        start, body = await asked.receive_output(5), await asked.receive_output(5)
        await asked.wait()
        return start["status"], body["body"]

    return asyncio.run(scene())


def test_under_asgi_a_webhook_runs_on_a_thread_that_stays(monkeypatch):
    threads = set()

    def view(request):
        threads.add(threading.current_thread().name)
        return HttpResponse(request.body)

    monkeypatch.setattr(webhook, "_view", view)
    answers = [over_asgi(middleware.WEBHOOK_PATH) for _ in range(2)]

    assert answers == [(200, b"{}")] * 2
    assert all(name.startswith("view") for name in threads)


def test_under_asgi_a_webhook_that_fails_answers_500(monkeypatch, settings):
    monkeypatch.setattr(webhook, "_view", lambda _request: 1 / 0)
    assert over_asgi(middleware.WEBHOOK_PATH)[0] == 500


def test_under_asgi_other_pages_work():
    assert over_asgi("/health", "GET") == (200, b'{"status": "ok"}')


def test_pages_are_compressed_for_browsers_that_ask(client, ana):
    client.force_login(ana)
    answer = client.get("/inbox/", HTTP_ACCEPT_ENCODING="gzip")
    assert answer["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/inbox/")


def test_files_are_never_compressed_on_their_way(rf):
    from django.http import HttpResponse

    from helpdesk.middleware import PagesGZipMiddleware

    request = rf.get("/", HTTP_ACCEPT_ENCODING="gzip")
    file = HttpResponse(b"a" * 1000, content_type="audio/ogg")
    answer = PagesGZipMiddleware(lambda _: file)(request)
    assert "Content-Encoding" not in answer
