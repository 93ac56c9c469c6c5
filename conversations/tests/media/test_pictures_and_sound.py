"""What Pillow and PyAV make of files, and what they refuse."""

from io import BytesIO

import pytest
from PIL import Image

from conversations.media import pictures, sound
from conversations.media.errors import Unreadable
from conversations.media.inspection import inspect
from conversations.tests.media import samples


def test_a_thumbnail_is_small_and_has_no_metadata():
    exif = Image.Exif()
    exif[0x010E] = "Rua das Flores, 12"
    thumbnail = pictures.thumbnail(BytesIO(samples.picture(size=(3000, 2000), exif=exif)))
    image = Image.open(BytesIO(thumbnail))
    assert (image.format, image.size) == ("WEBP", (480, 320))
    assert b"Flores" not in thumbnail


def test_a_photograph_taken_upright_is_measured_and_shown_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    content = BytesIO(samples.picture(size=(640, 480), exif=exif))
    assert pictures.measure(content) == (480, 640)
    assert Image.open(BytesIO(pictures.thumbnail(content))).size == (360, 480)


@pytest.mark.parametrize(
    "read", [pictures.thumbnail, lambda file: pictures.sendable(file, 5_000_000)]
)
def test_a_picture_bomb_is_refused_before_it_is_unpacked(read):
    with pytest.raises(Unreadable):
        read(BytesIO(samples.png_bomb()))


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", samples.picture()[:200], samples.HTML])
def test_what_is_no_picture_is_unreadable_and_nothing_worse(content):
    with pytest.raises(Unreadable):
        pictures.thumbnail(BytesIO(content))


def test_a_broken_picture_is_a_file_without_a_type():
    assert inspect(BytesIO(samples.png_bomb())).mime_type == "application/octet-stream"
    assert inspect(BytesIO(b"\xff\xd8\xff broken")).mime_type == "application/octet-stream"


def test_a_polyglot_is_what_it_begins_with():
    facts = inspect(BytesIO(samples.picture("GIF", mode="L") + samples.HTML))
    assert facts.mime_type == "image/gif"
    assert b"script" not in facts.thumbnail


def test_a_picture_that_is_sent_is_made_anew():
    content, mime_type = pictures.sendable(BytesIO(samples.picture() + samples.HTML), 5_000_000)
    assert mime_type == "image/jpeg"
    assert b"script" not in content


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_picture_that_is_too_large_becomes_a_smaller_jpeg(kind):
    content = samples.noise(kind=kind)
    assert len(content) > 5_000_000
    small, mime_type = pictures.sendable(BytesIO(content), 5_000_000)
    assert mime_type == "image/jpeg" and len(small) <= 5_000_000


def test_what_is_seen_through_becomes_white_in_a_jpeg():
    content = samples.saved(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "WEBP", lossless=True)
    jpeg, _ = pictures.sendable(BytesIO(content), 5_000_000)
    assert Image.open(BytesIO(jpeg)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [("ogg", "libopus", 48_000), ("webm", "libopus", 48_000), ("mp3", "libmp3lame", 44_100), ("adts", "aac", 44_100),
     ("wav", "pcm_s16le", 8_000), ("amr", "libopencore_amrnb", 8_000)],
)  # fmt: skip
def test_a_recording_has_its_length_and_its_outline(container, codec, rate):
    facts = inspect(BytesIO(samples.sound(container, codec, seconds=3, rate=rate)))
    assert facts.mime_type.startswith("audio/")
    assert facts.duration == pytest.approx(3, abs=0.3)
    assert len(facts.peaks) >= 28 and max(facts.peaks) == 100
    assert facts.peaks[2] < facts.peaks[-3], "it grows louder"


def test_a_long_recording_has_sixty_peaks():
    facts = inspect(BytesIO(samples.sound("ogg", seconds=12)))
    assert len(facts.peaks) == 60


def test_a_recording_cut_short_is_as_long_as_what_is_there():
    content = samples.sound("ogg", seconds=4)
    facts = inspect(BytesIO(content[: len(content) // 2]))
    assert facts.mime_type == "audio/ogg"
    assert 0 < facts.duration < 4.1


def test_a_film_has_its_length_its_size_and_a_first_picture():
    facts = inspect(BytesIO(samples.film(seconds=2)))
    assert (facts.mime_type, facts.width, facts.height) == ("video/mp4", 320, 240)
    assert facts.duration == pytest.approx(2, abs=0.3)
    assert Image.open(BytesIO(facts.thumbnail)).size == (320, 240)


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_what_the_browser_records_becomes_a_voice_note(layout):
    target = BytesIO()
    sound.to_voice(BytesIO(samples.sound("webm", layout=layout)), "video/webm", target)
    said = sound.probe(target, "audio/ogg")
    assert (said.audio_codec, said.channels) == ("opus", 1)
    assert sound.listen(target, "audio/ogg").duration == pytest.approx(2, abs=0.2)


def test_a_mono_recording_is_repacked_without_loss():
    source, target = samples.sound("webm"), BytesIO()
    sound.to_voice(BytesIO(source), "video/webm", target)
    assert _packets(BytesIO(source), "matroska") == _packets(target, "ogg")


@pytest.mark.parametrize(
    "mime_type", ["audio/ogg", "video/mp4", "audio/mpeg", "audio/amr", "video/webm"]
)
def test_a_playlist_is_never_followed(mime_type):
    playlist = b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n"
    with pytest.raises(Unreadable):
        sound.listen(BytesIO(playlist), mime_type)


def _packets(file, container: str) -> list[bytes]:
    import av

    file.seek(0)
    with av.open(file, format=container) as opened:
        return [bytes(packet) for packet in opened.demux(audio=0) if packet.size]
