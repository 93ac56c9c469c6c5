import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import User, UserSession
from accounts.pictures import LARGEST_BYTES, UnusablePicture, square_webp

POSTS = [
    "profile_name", "profile_picture", "profile_appearance", "profile_theme",
    "profile_preferences", "end_own_sessions", "activity",
]  # fmt: skip


def address(name, *arguments):
    return reverse(f"accounts:{name}", args=arguments)


def picture(kind="PNG", size=(600, 300), **options) -> bytes:
    encoded = BytesIO()
    Image.new("RGB", size, (10, 120, 130)).save(encoded, kind, **options)
    return encoded.getvalue()


def upload(client, content: bytes, name="eu.png"):
    file = SimpleUploadedFile(name, content, "image/png")
    return client.post(address("profile_picture"), {"picture": file})


@pytest.mark.parametrize("name", POSTS)
def test_changes_are_posted_by_people_who_are_logged_in(ana, client, client_of, name):
    assert client.post(address(name)).status_code == 302
    assert "/login/" in client.post(address(name)).url
    assert client_of(ana).get(address(name)).status_code == 405


def test_the_profile_is_everybodys_own(cast, client, client_of):
    assert "/login/" in client.get(address("profile")).url
    for person in (cast.ana, cast.celia, cast.davi, cast.vera):
        page = client_of(person).get(address("profile"))
        assert person.full_name in page.content.decode()
    assert client_of(cast.ana).post(address("profile")).status_code == 405


def test_somebody_renames_themselves(ana, client_of):
    client_of(ana).post(address("profile_name"), {"full_name": "Ana Maria"})
    assert User.objects.get(pk=ana.pk).full_name == "Ana Maria"


@pytest.mark.parametrize("name", ["", "x" * 151, "a\0b"])
def test_a_name_that_cannot_be_is_told(ana, client_of, name):
    assert client_of(ana).post(address("profile_name"), {"full_name": name}).status_code == 422
    assert User.objects.get(pk=ana.pk).full_name == ana.full_name


def test_nobody_gives_themselves_a_role_by_a_hidden_field(ana, client_of):
    form = {
        "full_name": "Ana",
        "role": "admin",
        "email": "x@x.test",
        "theme": "dark",
        "language": "",
    }
    for name in ("profile_name", "profile_appearance"):
        client_of(ana).post(address(name), form)
    fresh = User.objects.get(pk=ana.pk)
    assert (fresh.role, fresh.email) == (ana.role, ana.email)


def test_theme_and_language_are_kept_and_printed(ana, client_of):
    client = client_of(ana)
    answer = client.post(address("profile_appearance"), {"theme": "dark", "language": "en"})
    assert answer.cookies["theme"].value == "dark"
    page = client.get(address("profile")).content.decode()
    assert '<html lang="en" data-theme="dark">' in page
    assert "My profile" in page


def test_the_theme_of_the_menu_is_kept(ana, client_of):
    client = client_of(ana)
    assert client.post(address("profile_theme"), {"theme": "light"}).status_code == 204
    assert client.post(address("profile_theme"), {"theme": "x"}).status_code == 422
    assert 'data-theme="light"' in client.get(address("profile")).content.decode()


def test_preferences_are_printed_for_the_scripts(ana, client_of):
    client = client_of(ana)
    assert 'data-single-keys="on"' in client.get(address("profile")).content.decode()
    form = {"shown": ["enter_sends", "single_keys"], "enter_sends": "on"}
    client.post(address("profile_preferences"), form)
    page = client.get(address("profile")).content.decode()
    assert 'data-single-keys="off"' in page
    assert 'data-enter-sends="on"' in page


def test_an_unknown_preference_is_refused(ana, client_of):
    assert (
        client_of(ana).post(address("profile_preferences"), {"shown": "is_admin"}).status_code
        == 422
    )


# --- The picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_square_webp(kind):
    square = Image.open(BytesIO(square_webp(SimpleUploadedFile("x", picture(kind)))))
    assert (square.format, square.size) == ("WEBP", (256, 256))


def test_nothing_of_the_original_survives_but_its_pixels():
    exif = Image.Exif()
    exif[0x010E] = "Rua das Flores 12"
    encoded = square_webp(
        SimpleUploadedFile("x", picture("JPEG", exif=exif) + b"<script>alert(1)</script>")
    )
    assert b"Flores" not in encoded
    assert b"script" not in encoded


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a" + b"\0" * 50, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7",
        b"<html><script>alert(1)</script>", picture()[:200], picture("GIF"), picture(size=(3, 3)),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_sentence(ana, client_of, content):
    answer = upload(client_of(ana), content or b" ")
    assert answer.status_code == 422
    assert 'id="picture-error"' in answer.content.decode()
    assert not User.objects.get(pk=ana.pk).avatar


def test_a_picture_that_is_too_large_is_refused(ana, client_of):
    assert upload(client_of(ana), picture() + b"\0" * LARGEST_BYTES).status_code == 422


def test_too_many_pictures_are_told_how_long_to_wait(ana, client_of, monkeypatch):
    monkeypatch.setattr("accounts.views.profile.UPLOADS_AN_HOUR", 1)
    client = client_of(ana)
    assert upload(client, picture()).status_code == 302
    answer = upload(client, picture())
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"


def test_a_decompression_bomb_is_refused_before_it_is_unpacked():
    def chunk(kind, data):
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    with pytest.raises(UnusablePicture):
        square_webp(SimpleUploadedFile("x", bomb + chunk(b"IEND", b"")))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.integers(0, 300))
def test_mangled_pictures_are_refused_or_read_but_are_never_errors(noise, at):
    content = picture(size=(40, 40))
    try:
        assert square_webp(SimpleUploadedFile("x", content[:at] + noise + content[at:]))
    except UnusablePicture as refusal:
        assert str(refusal)


def test_the_picture_is_shown_to_people_who_are_logged_in_only(ana, bruno, client, client_of):
    upload(client_of(ana), picture())
    where = User.objects.get(pk=ana.pk).avatar_url
    answer = client_of(bruno).get(where)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "/login/" in client.get(where).url


def test_a_new_picture_has_a_new_address_and_the_old_file_goes(
    ana, client_of, django_capture_on_commit_callbacks
):
    client = client_of(ana)
    upload(client, picture())
    former = User.objects.get(pk=ana.pk)
    with django_capture_on_commit_callbacks(execute=True):
        upload(client, picture(size=(100, 100)))
    fresh = User.objects.get(pk=ana.pk)
    assert fresh.avatar_url != former.avatar_url
    assert not former.avatar.storage.exists(former.avatar.name)


def test_the_picture_goes_and_the_initials_come_back(ana, client_of):
    client = client_of(ana)
    upload(client, picture())
    client.post(address("profile_picture"), {"remove": "1"})
    assert client.get(address("avatar", ana.pk)).status_code == 404
    assert User.objects.get(pk=ana.pk).avatar_url == ""


# --- One's own sessions


def test_somebody_ends_another_of_their_sessions(ana, client_of):
    here, there = client_of(ana), client_of(ana)
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(address("end_own_session", other.pk))
    assert "/login/" in there.get(address("profile")).url
    assert here.get(address("profile")).status_code == 200


def test_a_foreign_session_is_as_unknown_as_none(ana, bruno, client_of):
    client_of(bruno)
    foreign = UserSession.objects.get(user=bruno)
    for key in (foreign.pk, ana.pk):
        assert client_of(ana).post(address("end_own_session", key)).status_code == 404
    assert UserSession.objects.filter(pk=foreign.pk).exists()


def test_somebody_logs_out_everywhere_else(ana, client_of):
    here, there = client_of(ana), client_of(ana)
    here.post(address("end_own_sessions"))
    assert here.get(address("profile")).status_code == 200
    assert there.get(address("profile")).status_code == 302


def test_sessions_are_told_by_device_and_address(ana, client):
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    form = {"login": "ana", "password": "uma senha bem comprida"}
    client.post(reverse("account_login"), form, HTTP_USER_AGENT=agent, REMOTE_ADDR="192.0.2.31")
    page = client.get(address("profile"), HTTP_USER_AGENT=agent).content.decode()
    assert "Chrome, Windows" in page
    assert "192.0.2.31" in page
