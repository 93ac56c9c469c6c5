"""Whatever is uploaded: a refusal is a sentence, and never an error of ours."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from conversations.models import Message
from conversations.tests.media import samples

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SCRIPT = b"<html><script>alert(1)</script></html>"
BEGINNINGS = [
    b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"%PDF-1.7\n", b"PK\x03\x04", b"OggS",
    b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypmp42", b"\x1aE\xdf\xa3", b"ID3", b"<svg ", b"MZ", b"\0",
]  # fmt: skip
POLYGLOTS = {
    "a script that calls itself a picture": (b"GIF89a/*" + SCRIPT + b"*/=1;alert(1)", "foto.gif"),
    "a page behind a picture's first bytes": (b"\x89PNG\r\n\x1a\n" + SCRIPT, "foto.png"),
    "a page behind half a photograph": (samples.picture()[:200] + SCRIPT, "foto.jpg"),
}
rubbish = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
contents = st.builds(bytes.__add__, st.sampled_from(BEGINNINGS), st.binary(max_size=300))
names = st.text(max_size=120) | st.sampled_from(["../../etc/passwd", "a\0.png", ".", "x" * 300])


def post(client, address, field, content, name, **form):
    """Post a file as a browser does, but under any name."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in form.items()
    ]
    name = name.replace('"', "%22").replace("\r", "").replace("\n", "")
    head = f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, b"\r\n--x--\r\n"])
    kind = "multipart/form-data; boundary=x"
    return client.generic("POST", address, body, content_type=kind, headers=HTMX)


def send(client, conversation, content, name, **more):
    address = reverse("conversations:send_files", args=[conversation.pk])
    return post(client, address, "files", content, name, client_token=uuid4(), **more)


def show_oneself(client, content, name):
    return post(client, reverse("accounts:profile_picture"), "picture", content, name)


@rubbish
@given(content=contents, name=names, caption=st.text(max_size=40), voice=st.booleans())
def test_rubbish_in_a_conversation_is_never_an_error(
    with_ana, ana, client_of, content, name, caption, voice
):
    more = {"body": caption, "voice": "on"} if voice else {"body": caption}
    answer = send(client_of(ana), with_ana, content, name, **more)
    assert answer.status_code in (200, 409)
    if answer.status_code == 409:
        assert b"toast" in answer.content


@rubbish
@given(content=contents, name=names)
def test_rubbish_as_a_picture_of_oneself_is_never_an_error(ana, client_of, content, name):
    cache.clear()  # only so many in an hour
    assert show_oneself(client_of(ana), content, name).status_code in (302, 422)


@pytest.mark.parametrize(("content", "name"), POLYGLOTS.values(), ids=POLYGLOTS)
def test_a_polyglot_is_refused_with_a_sentence(with_ana, ana, client_of, content, name):
    answer = send(client_of(ana), with_ana, content, name)
    assert answer.status_code == 409
    assert name in answer.content.decode()
    assert not Message.objects.filter(conversation=with_ana).exists()
    own = show_oneself(client_of(ana), content, name)
    assert own.status_code == 422
    assert 'id="picture-error"' in own.content.decode()
    assert not User.objects.get(pk=ana.pk).avatar


def test_more_files_than_a_person_could_choose_have_to_wait(with_ana, ana, client_of, monkeypatch):
    monkeypatch.setattr("conversations.views.attachments.UPLOADS_A_MINUTE", 1)
    client = client_of(ana)
    assert send(client, with_ana, samples.pdf(), "a.pdf").status_code == 200
    answer = send(client, with_ana, samples.pdf(), "b.pdf")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert b"toast" in answer.content
