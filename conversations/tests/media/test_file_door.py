"""The door to private files: who comes in, what they get, and how it can be in parts."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncRequestFactory
from django.urls import reverse
from django.utils import timezone

from conversations.actions import attachments
from conversations.media.ranges import Unsatisfiable, wanted_range
from conversations.models import Attachment, AttachmentState, MessageKind
from conversations.serving import POLICY, ServedFile, file_response
from conversations.tests.media import samples

pytestmark = pytest.mark.django_db
PICTURE = samples.picture()


@pytest.fixture
def stored(arrived):
    def build(content=PICTURE, kind=MessageKind.IMAGE, **fields) -> Attachment:
        attachment = arrived(content, kind, **fields)
        assert attachments.carry(attachment.pk)
        return Attachment.objects.get(pk=attachment.pk)

    return build


def url(attachment: Attachment, name: str = "attachment") -> str:
    return reverse(f"conversations:{name}", args=[attachment.pk])


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize("name", ["attachment", "thumbnail"])
def test_those_who_may_see_the_conversation_get_its_files(
    stored, client_of, ana, celia, vera, name
):
    attachment = stored()
    for somebody in (ana, celia, vera):
        response = client_of(somebody).get(url(attachment, name))
        assert response.status_code == 200 and body(response)


@pytest.mark.parametrize("name", ["attachment", "thumbnail"])
def test_a_file_of_another_queue_does_not_exist(stored, client_of, bruno, name):
    attachment = stored()
    foreign = client_of(bruno).get(url(attachment, name))
    attachment.pk = uuid4()
    missing = client_of(bruno).get(url(attachment, name))
    assert foreign.status_code == missing.status_code == 404


def test_whoever_is_not_logged_in_is_asked_to(stored, client):
    response = client.get(url(stored()))
    assert response.status_code == 302 and reverse("account_login") in response["Location"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_files_are_only_read(stored, client_of, ana, method):
    assert getattr(client_of(ana), method)(url(stored())).status_code == 405


@pytest.mark.parametrize("state", [AttachmentState.PENDING, AttachmentState.FAILED])
def test_what_is_not_here_does_not_exist(arrived, client_of, ana, state):
    attachment = arrived(PICTURE, state=state)
    for name in ("attachment", "thumbnail"):
        assert client_of(ana).get(url(attachment, name)).status_code == 404


def test_what_the_storage_has_lost_does_not_exist(stored, client_of, ana):
    attachment = stored()
    default_storage.delete(attachment.file.name)
    assert client_of(ana).get(url(attachment)).status_code == 404


def test_a_document_has_no_thumbnail(stored, client_of, ana):
    attachment = stored(samples.pdf(), MessageKind.DOCUMENT)
    assert client_of(ana).get(url(attachment, "thumbnail")).status_code == 404


def test_a_file_comes_with_the_headers_that_keep_it_private_and_harmless(stored, client_of, ana):
    attachment = stored()
    response = client_of(ana).get(url(attachment))
    assert body(response) == PICTURE
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == POLICY and "sandbox" in POLICY
    assert response["Cache-Control"] == "private, no-cache"
    assert response["ETag"] == f'"{attachment.sha256}"'
    assert response["Content-Disposition"].startswith("inline")
    assert int(response["Content-Length"]) == len(PICTURE)


@pytest.mark.parametrize(
    ("content", "kind", "shown"),
    [
        (PICTURE, "image", True),
        (samples.picture("PNG"), "image", True),
        (samples.picture("WEBP"), "sticker", True),
        (samples.animation("GIF"), "image", True),
        (samples.sound("ogg"), "audio", True),
        (samples.film(), "video", True),
        (samples.pdf(), "document", False),
        (samples.HTML, "image", False),
        (samples.SVG, "image", False),
        (samples.archive("a.txt"), "document", False),
        (b"just text", "document", False),
        (samples.png_bomb(), "image", False),
    ],
)
def test_only_what_cannot_run_is_shown_in_place(stored, client_of, ana, content, kind, shown):
    response = client_of(ana).get(url(stored(content, kind)))
    disposition = response["Content-Disposition"]
    assert disposition.startswith("inline" if shown else "attachment")
    if not shown:
        assert response["Content-Type"] == "application/octet-stream"


def test_a_polyglot_is_served_as_the_picture_it_is(stored, client_of, ana):
    response = client_of(ana).get(url(stored(samples.picture("GIF", mode="L") + samples.HTML)))
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == (
        "image/gif",
        "nosniff",
    )


def test_on_demand_a_picture_is_saved(stored, client_of, ana):
    response = client_of(ana).get(url(stored()) + "?download")
    assert response["Content-Disposition"].startswith('attachment; filename="image-')


def test_a_name_with_accents_survives(stored, client_of, ana):
    attachment = stored(samples.pdf(), MessageKind.DOCUMENT, filename="relatório de março.pdf")
    said = client_of(ana).get(url(attachment))["Content-Disposition"]
    assert "filename*=utf-8''relat%C3%B3rio%20de%20mar%C3%A7o.pdf" in said


@pytest.mark.parametrize(
    ("header", "part", "said"),
    [
        ("bytes=0-0", slice(0, 1), "bytes 0-0/{size}"),
        ("bytes=0-", slice(0, None), "bytes 0-{last}/{size}"),
        ("bytes=10-19", slice(10, 20), "bytes 10-19/{size}"),
        ("bytes=10-999999999", slice(10, None), "bytes 10-{last}/{size}"),
        ("bytes=-5", slice(-5, None), "bytes {suffix}-{last}/{size}"),
        ("bytes=-999999999", slice(0, None), "bytes 0-{last}/{size}"),
    ],
)
def test_a_part_is_served_as_asked_for(stored, client_of, ana, header, part, said):
    size = len(PICTURE)
    response = client_of(ana).get(url(stored()), headers={"Range": header})
    assert response.status_code == 206
    assert body(response) == PICTURE[part]
    assert response["Content-Range"] == said.format(size=size, last=size - 1, suffix=size - 5)
    assert int(response["Content-Length"]) == len(PICTURE[part])


@pytest.mark.parametrize("header", ["bytes=999999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(stored, client_of, ana, header):
    response = client_of(ana).get(url(stored()), headers={"Range": header})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(PICTURE)}"


@pytest.mark.parametrize(
    "header",
    ["bytes=5-2", "bytes=0-1,4-5", "chunks=0-1", "bytes=a-b", "bytes=-", "bytes=" + "9" * 40 + "-"],
)
def test_what_is_not_understood_is_the_whole_file(stored, client_of, ana, header):
    response = client_of(ana).get(url(stored()), headers={"Range": header})
    assert response.status_code == 200 and body(response) == PICTURE


def test_who_has_it_already_gets_nothing_but_that_word(stored, client_of, ana):
    attachment = stored()
    for said in (f'"{attachment.sha256}"', f'"other", W/"x", "{attachment.sha256}"'):
        response = client_of(ana).get(url(attachment), headers={"If-None-Match": said})
        assert response.status_code == 304 and not body(response)
    response = client_of(ana).get(url(attachment), headers={"If-None-Match": '"other"'})
    assert response.status_code == 200


def test_a_part_of_another_version_is_the_whole_file(stored, client_of, ana):
    attachment = stored()
    headers = {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert client_of(ana).get(url(attachment), headers=headers).status_code == 200
    headers["If-Range"] = f'"{attachment.sha256}"'
    assert client_of(ana).get(url(attachment), headers=headers).status_code == 206


def test_its_length_can_be_asked_for_alone(stored, client_of, ana):
    response = client_of(ana).head(url(stored()))
    assert (response.status_code, body(response)) == (200, b"")
    assert int(response["Content-Length"]) == len(PICTURE)


def test_under_asgi_the_file_comes_in_pieces(stored):
    content = samples.pdf() + b"\0" * 500_000
    attachment = stored(content, MessageKind.DOCUMENT)
    file = ServedFile(attachment.file.name, attachment.size, "etag", "application/pdf", "a.pdf")
    request = AsyncRequestFactory().get("/", headers={"Range": "bytes=100-"})
    response = file_response(request, file)

    async def read():
        return [piece async for piece in response.streaming_content]

    pieces = asyncio.run(read())
    assert (response.status_code, response.is_async) == (206, True)
    assert b"".join(pieces) == content[100:]
    assert len(pieces) > 2


@pytest.mark.parametrize("size", [0, 1, 10])
def test_ranges_never_leave_the_file(size):
    for header in ("bytes=0-", "bytes=-3", "bytes=0-0", "bytes=5-7", "bytes=9-"):
        try:
            part = wanted_range(header, size)
        except Unsatisfiable:
            continue
        first, last = part
        assert 0 <= first <= last < size


def test_somebody_asks_for_a_failed_file_on_the_page(
    arrived, with_ana, client_of, ana, bruno, vera
):
    attachment = arrived(PICTURE, state=AttachmentState.FAILED, next_attempt_at=None)
    address = reverse("conversations:fetch_again", args=[with_ana.pk])
    form = {"attachment": str(attachment.pk)}
    assert client_of(vera).post(address, form).status_code == 403
    assert client_of(ana).get(address).status_code == 405
    assert client_of(ana).post(address, form, headers={"HX-Request": "true"}).status_code == 200
    attachment.refresh_from_db()
    assert attachment.state == AttachmentState.PENDING
    Attachment.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert attachments.carry(attachment.pk)
    refused = client_of(ana).post(address, form, headers={"HX-Request": "true"})
    assert refused.status_code == 409


def test_files_are_sent_from_the_page(world, with_ana, client_of, ana, vera):
    address = reverse("conversations:send_files", args=[with_ana.pk])
    form = {
        "client_token": "0190a000-0000-7000-8000-000000000001", "body": "Veja",
        "files": [SimpleUploadedFile("a.jpg", PICTURE), SimpleUploadedFile("b.pdf", samples.pdf())],
    }  # fmt: skip
    response = client_of(ana).post(address, form, headers={"HX-Request": "true"})
    assert response.status_code == 200
    kinds = with_ana.messages.in_order().values_list("kind", "body")
    assert list(kinds) == [("image", "Veja"), ("document", "")]
    assert client_of(vera).post(address, {}).status_code == 403
    empty = client_of(ana).post(address, {"files": []}, headers={"HX-Request": "true"})
    assert empty.status_code == 409
