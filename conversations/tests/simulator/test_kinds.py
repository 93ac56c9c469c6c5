"""Each thing a customer can do, through the page's own addresses, to the body of the webhook."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from conversations.models import (
    Message,
    SimulatorDelivery,
    SimulatorMedia,
    SimulatorMessage,
    WorkItem,
)
from conversations.providers.base import AccountNotice, MessageReceived
from conversations.providers.cloud.parse import parse_body
from conversations.providers.simulator import media, odd, wire
from conversations.providers.simulator.accept import accept
from conversations.tests.simulator.bodies import message
from helpdesk.testing.webhooks import drain, post

pytestmark = [pytest.mark.urls("conversations.tests.simulator.urls"), pytest.mark.django_db]
HTMX = {"HTTP_HX_REQUEST": "true"}
US = "551130000000"


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def do(client_of, ana, phone):
    """Do something on Zeca's phone: `do("write", text="oi")`."""
    client = client_of(ana)

    def act(name: str, /, **data):
        address = reverse(f"simulator:{name}", kwargs={"phone_id": phone.pk})
        return client.post(address, data, **HTMX)

    return act


@pytest.fixture
def receive(simulator):
    """A message of ours arrives on the phone; its id."""
    from conversations.models import SimulatorSetting

    def arrive(body) -> str:
        answer, _early = accept(simulator, body, body["type"], SimulatorSetting.current())
        return answer["messages"][0]["id"]

    return arrive


def last_value() -> dict:
    entry = SimulatorDelivery.objects.order_by("-id").first().entry
    return entry["changes"][0]["value"]


def sent() -> dict:
    """The message of the last webhook, without what every message has."""
    [update] = last_value()["messages"]
    common = {"id", "timestamp", "from", "from_user_id", "type"}
    return {key: value for key, value in update.items() if key not in common}


def event():
    """What our own parser makes of the last webhook."""
    body = wire.envelope([SimulatorDelivery.objects.order_by("-id").first().entry])
    [[(_position, found)]] = parse_body(body).values()
    return found


def test_every_message_names_its_sender_twice_and_its_person(do, phone):
    do("write", text="oi")
    value = last_value()
    [update] = value["messages"]
    assert value["messaging_product"] == "whatsapp"
    assert value["metadata"]["display_phone_number"] == phone.channel.display_phone_number
    assert value["contacts"] == [
        {"profile": {"name": "Zeca"}, "wa_id": phone.wa_id, "user_id": phone.user_id}
    ]
    assert (update["from"], update["from_user_id"]) == (phone.wa_id, phone.user_id)
    assert (update["type"], update["timestamp"].isdigit()) == ("text", True)
    assert sent() == {"text": {"body": "oi"}}


MEDIA = {
    "image": ("image/jpeg", {"caption": "veja"}),
    "video": ("video/mp4", {"caption": "veja"}),
    "document": ("application/pdf", {"caption": "veja", "filename": "comprovante.pdf"}),
    "audio": ("audio/ogg; codecs=opus", {"voice": True}),
    "sticker": ("image/webp", {"animated": False}),
}


@pytest.mark.parametrize("kind", MEDIA)
def test_a_sample_file_is_told_with_id_type_hash_and_address(do, kind):
    mime_type, extra = MEDIA[kind]
    do("write", kind=kind, text="veja")
    file = SimulatorMedia.objects.get()
    part = sent()[kind]
    address = part.pop("url")
    assert f"/simulator/graph/files/{file.media_id}?" in address
    assert part == {
        "id": file.media_id, "mime_type": mime_type, "sha256": media.part(file)["sha256"], **extra,
    }  # fmt: skip
    assert event().media.media_id == file.media_id


OWN_FILES = [
    ("foto.jpg", (media.SAMPLES / "roteador.jpg").read_bytes(), "file", "image", "image/jpeg"),
    ("filme.mp4", (media.SAMPLES / "luzes.mp4").read_bytes(), "file", "video", "video/mp4"),
    ("nota.pdf", (media.SAMPLES / "comprovante.pdf").read_bytes(), "file", "document", "application/pdf"),
    ("oi.webp", (media.SAMPLES / "joinha.webp").read_bytes(), "own_sticker", "sticker", "image/webp"),
    ("mentira.jpg", b"isto e texto", "file", "document", "text/plain"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "kind", "sent_as", "mime_type"), OWN_FILES)
def test_a_file_of_ones_own_is_sent_as_what_it_is(do, name, content, kind, sent_as, mime_type):
    do("write", kind=kind, text="", file=SimpleUploadedFile(name, content))
    part = sent()[sent_as]
    assert part["mime_type"] == mime_type
    assert part.get("filename") == (name if sent_as == "document" else None)
    assert SimulatorMedia.objects.get().size == len(content)


def recorded_webm() -> bytes:
    """A second of silence as Chromium records it: Opus in WebM."""
    import av

    target = io.BytesIO()
    with av.open(target, "w", format="webm") as output:
        stream = output.add_stream("libopus", rate=48_000, layout="mono")
        for number in range(50):
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            frame.planes[0].update(bytes(1920))
            frame.sample_rate, frame.pts = 48_000, number * 960
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def test_a_recording_of_the_browser_becomes_a_voice_note(do):
    do("write", kind="voice", file=SimpleUploadedFile("voice.webm", recorded_webm()))
    part = sent()["audio"]
    assert (part["mime_type"], part["voice"]) == ("audio/ogg; codecs=opus", True)
    assert SimulatorMedia.objects.get().file.read().startswith(b"OggS")


@pytest.mark.parametrize("content", [b"", b"no sound at all"])
def test_what_is_no_recording_is_refused_in_words(do, content):
    answer = do("write", kind="voice", file=SimpleUploadedFile("voice.webm", content))
    assert (answer.status_code, SimulatorMessage.objects.count()) == (409, 0)


@pytest.mark.parametrize("data", [{}, {"file": SimpleUploadedFile("leer.txt", b"")}])
def test_without_a_file_nothing_is_sent(do, data):
    assert do("write", kind="file", **data).status_code == 409


def test_a_place_is_sent_with_name_and_address(do):
    place = {"name": "Poste", "address": "Rua A, 1", "latitude": -22.5, "longitude": -43.25}
    do("place", **place)
    assert sent() == {"location": place}


@pytest.mark.parametrize("latitude", ["91", "nan", "", "norte"])
def test_a_place_that_is_nowhere_is_refused(do, latitude):
    answer = do("place", latitude=latitude, longitude="0")
    assert (answer.status_code, SimulatorMessage.objects.count()) == (409, 0)


def test_a_contact_card_has_a_name_in_parts_and_a_number(do):
    do("card", name="Ana Lua Dias", number="+55 21 98888-0000")
    assert sent()["contacts"] == [
        {
            "name": {"formatted_name": "Ana Lua Dias", "first_name": "Ana", "last_name": "Lua Dias"},
            "phones": [{"phone": "+55 21 98888-0000", "wa_id": "5521988880000", "type": "CELL"}],
        }
    ]  # fmt: skip


def test_anything_can_quote_a_message(do, receive):
    wamid = receive(message())
    do("write", kind="image", reply=wamid)
    assert sent()["context"] == {"from": US, "id": wamid}


ODD = {
    "forwarded": {"text": {"body": "oi"}, "context": {"forwarded": True}},
    "forwarded_often": {"text": {"body": "oi"}, "context": {"frequently_forwarded": True}},
    "advert": {"text": {"body": "oi"}, "referral": odd.ADVERT},
    "order": {"order": {**odd.ORDER, "text": "oi"}},
    "welcome": {},
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_things_have_the_shape_of_the_contract(do, kind):
    do("odd", odd=kind, text="oi")
    assert sent() == ODD[kind]
    assert isinstance(event(), MessageReceived)


def test_a_forms_answers_are_json_in_a_string(do):
    do("odd", odd="flow")
    reply = sent()["interactive"]["nfm_reply"]
    assert (reply["name"], reply["body"]) == ("flow", "Sent")
    assert json.loads(reply["response_json"])["periodo"] == "manhã"
    assert event().payload["answers"]["cachorro"] is False


@pytest.mark.parametrize(
    ("kind", "code", "inner"),
    [("poll", 131051, "poll_creation"), ("unavailable", 131060, "media_placeholder")],
)
def test_what_whatsapp_does_not_pass_on_comes_with_its_code(do, kind, code, inner):
    do("odd", odd=kind)
    update = sent()
    assert update["unsupported"] == {"type": inner}
    assert update["errors"][0]["code"] == code
    assert event().kind == "unsupported"


def test_a_file_that_is_too_large_comes_with_an_error_in_its_place(do):
    do("odd", odd="too_large")
    assert sent()["errors"][0]["code"] == 131052
    assert event().kind == "unsupported"


def test_a_missed_call_rings_and_ends(do, phone):
    do("odd", odd="call")
    rings, ends = SimulatorDelivery.objects.order_by("id")
    for delivery, name in ((rings, "connect"), (ends, "terminate")):
        [change] = delivery.entry["changes"]
        [call] = change["value"]["calls"]
        assert change["field"] == "calls"
        assert (call["event"], call["from"], call["to"]) == (name, phone.wa_id, US)
        assert call["id"].startswith("wacid.")
    assert event().payload["type"] == "call"


def test_what_we_type_on_our_own_phone_is_an_echo(do, phone):
    do("odd", odd="typed_by_us", text="Já vou aí")
    entry = SimulatorDelivery.objects.get().entry
    [change] = entry["changes"]
    [echo] = change["value"]["message_echoes"]
    assert change["field"] == "smb_message_echoes"
    assert (echo["from"], echo["to"], echo["text"]) == (US, phone.wa_id, {"body": "Já vou aí"})
    assert (event().echo, event().body) == (True, "Já vou aí")


def test_a_new_number_is_told_from_the_old_one(do, phone):
    old = phone.wa_id
    do("odd", odd="new_number", text="+55 21 97777-0000")
    [update] = last_value()["messages"]
    assert "contacts" not in last_value()
    assert (update["from"], update["system"]["type"]) == (old, "user_changed_number")
    assert update["system"]["wa_id"] == "5521977770000"
    phone.refresh_from_db()
    assert phone.wa_id == "5521977770000"


@pytest.mark.parametrize("text", ["", "123", "a nova"])
def test_a_new_number_that_is_none_is_refused(do, text):
    assert do("odd", odd="new_number", text=text).status_code == 409


def test_the_number_of_another_phone_cannot_be_taken(do, simulator, phone):
    other = simulator.simulator_phones.exclude(pk=phone.pk).exclude(wa_id="").first()
    answer = do("odd", odd="new_number", text=other.wa_id)
    phone.refresh_from_db()
    assert (answer.status_code, SimulatorMessage.objects.count()) == (409, 0)
    assert phone.wa_id != other.wa_id


@pytest.mark.parametrize("wish", ["stop", "resume"])
def test_a_wish_about_marketing_is_no_message(do, phone, wish):
    do("odd", odd=wish)
    [preference] = last_value()["user_preferences"]
    assert (preference["value"], preference["wa_id"]) == (wish, phone.wa_id)
    assert preference["category"] == "marketing_messages"
    assert isinstance(event(), AccountNotice)


@pytest.mark.parametrize("kind", ["", "nonsense"])
def test_an_odd_thing_that_does_not_exist_is_refused(do, kind):
    assert do("odd", odd=kind).status_code == 409


@pytest.mark.parametrize("kind", sorted(odd.KINDS))
def test_somebody_without_a_number_can_do_odd_things_too(client_of, ana, simulator, kind):
    lia = simulator.simulator_phones.get(username="lia.fibra")
    address = reverse("simulator:odd", kwargs={"phone_id": lia.pk})
    answer = client_of(ana).post(address, {"odd": kind, "text": "oi"}, **HTMX)
    assert answer.status_code == (409 if kind == "new_number" else 200)


ARRIVES = {
    **{kind: ("write", {"kind": kind}, kind) for kind in [*MEDIA, "location", "contacts"]},
    "text": ("write", {"text": "oi"}, "text"),
    "forwarded": ("odd", {"odd": "forwarded"}, "text"),
    "advert": ("odd", {"odd": "advert"}, "text"),
    "flow": ("odd", {"odd": "flow"}, "interactive"),
    "order": ("odd", {"odd": "order"}, "order"),
    "poll": ("odd", {"odd": "poll"}, "unsupported"),
    "unavailable": ("odd", {"odd": "unavailable"}, "unsupported"),
    "too_large": ("odd", {"odd": "too_large"}, "unsupported"),
    "typed_by_us": ("odd", {"odd": "typed_by_us", "text": "Já vou"}, "text"),
}


@pytest.mark.parametrize("name", ARRIVES)
def test_what_the_phone_sends_stands_in_the_conversation(client, simulator, do, name):
    address, data, kind = ARRIVES[name]
    do(address, **data)
    entries = [row.entry for row in SimulatorDelivery.objects.order_by("id")]
    assert post(client, simulator, wire.envelope(entries)).status_code == 200
    drain()
    found = Message.objects.get(provider_id=SimulatorMessage.objects.get().wamid)
    assert found.kind == kind
    assert found.is_outbound is (name == "typed_by_us")


@pytest.mark.parametrize("name", ["welcome", "call", "identity", "new_number", "stop", "resume"])
def test_notices_are_accepted_and_leave_nothing_parked(client, simulator, do, name):
    do("write", text="oi")
    do("odd", odd=name, text="5521977770000")
    entries = [row.entry for row in SimulatorDelivery.objects.order_by("id")]
    assert post(client, simulator, wire.envelope(entries)).status_code == 200
    drain()
    assert not WorkItem.objects.parked().exists()
    assert not WorkItem.objects.unprocessed().exists()


NONSENSE = [
    ("write", {"text": "a\x00b"}),
    ("write", {"text": "oi", "reply": "wamid.NOBODY"}),
    ("write", {"text": "oi", "edit": "\x00"}),
    ("write", {"kind": "parcel"}),
    ("tap", {"choice": ""}),
    ("react", {"reaction": "wamid.NOBODY 👍"}),
    ("revoke", {}),
    ("play", {"message": "wamid.NOBODY"}),
    ("place", {}),
    ("card", {"name": "\x00", "number": "1"}),
    ("odd", {"odd": "typed_by_us", "text": " "}),
]


@pytest.mark.parametrize(("address", "data"), NONSENSE)
def test_nonsense_is_refused_in_words_and_leaves_nothing(do, address, data):
    answer = do(address, **data)
    assert answer.status_code == 409
    assert "toast" in answer.content.decode()
    assert not SimulatorMessage.objects.exists()
    assert not SimulatorDelivery.objects.exists()
