"""What arrives is shown on the phone as WhatsApp shows it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from conversations.models import (
    SimulatorDelivery,
    SimulatorMessage,
    SimulatorPhone,
    SimulatorSetting,
    SimulatorTemplate,
)
from conversations.providers.simulator import media, screen
from conversations.providers.simulator import phone as acts
from conversations.providers.simulator.accept import accept, mark_read
from conversations.tests.simulator.bodies import buttons, message, rows
from conversations.tests.simulator.test_kinds import recorded_webm

pytestmark = [pytest.mark.urls("conversations.tests.simulator.urls"), pytest.mark.django_db]
HTMX = {"HTTP_HX_REQUEST": "true"}
ASKS_PLACE = {
    "type": "location_request_message", "body": {"text": "Onde fica?"},
    "action": {"name": "send_location"},
}  # fmt: skip
ASKS_CONTACT = {
    "type": "contact_request", "body": {"text": "Qual é o seu número?"},
    "action": {"name": "request_contact_info"},
}  # fmt: skip
LINK = {
    "type": "cta_url", "header": {"type": "text", "text": "Fatura"}, "body": {"text": "Segue"},
    "footer": {"text": "Obrigado"},
    "action": {
        "name": "cta_url",
        "parameters": {"display_text": "Pagar", "url": "https://pagar.example/1"},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def receive(simulator):
    def arrive(body) -> str:
        answer, _early = accept(simulator, body, body["type"], SimulatorSetting.current())
        return answer["messages"][0]["id"]

    return arrive


@pytest.fixture
def uploaded(simulator):
    """A file of ours at WhatsApp: its id."""

    def upload(name="roteador.jpg", mime_type="image/jpeg") -> str:
        return media.upload(simulator, (media.SAMPLES / name).read_bytes(), mime_type).media_id

    return upload


@pytest.fixture
def page(client_of, ana):
    return client_of(ana)


@pytest.fixture
def shown(page, phone):
    """The screen as HTML."""

    def read() -> str:
        return page.get(reverse("simulator:live", args=[phone.pk])).content.decode()

    return read


def test_texts_are_formatted_as_whatsapp_does(receive, shown):
    receive(message(part={"body": "*já* _volta_ ~nunca~ `agora`"}))
    html = shown()
    assert "<strong>já</strong> <em>volta</em> <s>nunca</s> <code>agora</code>" in html


PLAYED = [
    ("image", "roteador.jpg", "image/jpeg", {"caption": "seu roteador"}, "<img src="),
    ("video", "luzes.mp4", "video/mp4", {"caption": "as luzes"}, "<video "),
    ("audio", "recado.ogg", "audio/ogg", {"voice": True}, "<audio "),
    ("sticker", "joinha.webp", "image/webp", {}, 'data-kind="sticker"'),
    ("document", "comprovante.pdf", "application/pdf", {"filename": "boleto.pdf"}, "boleto.pdf"),
]


@pytest.mark.parametrize(("kind", "name", "mime_type", "extra", "seen"), PLAYED)
def test_files_can_be_seen_and_fetched(
    receive, shown, uploaded, page, phone, kind, name, mime_type, extra, seen
):
    media_id = uploaded(name, mime_type)
    receive(message(kind, {"id": media_id, **extra}))
    html = shown()
    address = reverse("simulator:phone_file", args=[phone.pk, media_id])
    assert seen in html
    assert address in html
    assert extra.get("caption", "") in html
    answer = page.get(address)
    assert b"".join(answer.streaming_content) == (media.SAMPLES / name).read_bytes()


def test_a_file_that_could_run_is_only_saved(page, phone, simulator, shown):
    acts.send_file(phone, SimpleUploadedFile("a.html", b"<html><script>alert(1)</script></html>"))
    [file] = simulator.simulator_media.all()
    answer = page.get(reverse("simulator:phone_file", args=[phone.pk, file.media_id]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "a.html" in shown()


def test_a_file_of_a_number_that_is_not_the_phones_is_not_found(page, phone):
    assert page.get(reverse("simulator:phone_file", args=[phone.pk, "123"])).status_code == 404


def test_a_place_and_a_card_are_shown(receive, shown):
    receive(message("location", {"latitude": -22.5, "longitude": -43.25, "name": "Loja"}))
    card = {
        "name": {"formatted_name": "Rita", "first_name": "Rita"}, "phones": [{"phone": "+55 21 1"}],
    }  # fmt: skip
    receive(message("contacts", [card]))
    html = shown()
    assert "-22.5,-43.25" in html
    assert "Loja" in html
    assert "Rita" in html
    assert "+55 21 1" in html


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (buttons("Sim", "Não"), ["Escolha", "Sim", "Não"]),
        (rows(2, 1), ["Ver opções", "S0", "Item 1", "S1"]),
        (message("interactive", LINK), ["Fatura", "Segue", "Obrigado", "Pagar", "https://pagar."]),
        (message("interactive", ASKS_PLACE), ["Onde fica?", "Send location"]),
        (message("interactive", ASKS_CONTACT), ["Qual é o seu número?", "Share contact"]),
    ],
    ids=["buttons", "list", "link", "location request", "contact request"],
)
def test_what_can_be_tapped_is_shown(receive, shown, body, texts):
    receive(body)
    html = shown()
    assert [text for text in texts if text not in html] == []


@pytest.mark.parametrize(
    ("part", "choice", "kind"),
    [(ASKS_PLACE, "send-location", "location"), (ASKS_CONTACT, "share-contact", "contacts")],
)
def test_a_request_is_answered_with_its_context(page, phone, receive, part, choice, kind):
    wamid = receive(message("interactive", part))
    page.post(reverse("simulator:tap", args=[phone.pk]), {"choice": f"{wamid} {choice}"}, **HTMX)
    entry = SimulatorDelivery.objects.order_by("-id").first().entry
    [update] = entry["changes"][0]["value"]["messages"]
    assert (update["type"], update["context"]["id"]) == (kind, wamid)
    if kind == "contacts":
        assert update["contacts"][0]["origin"] == "contact_request"
        assert update["contacts"][0]["phones"][0]["wa_id"] == phone.wa_id


TEMPLATE = [
    {"type": "HEADER", "format": "TEXT", "text": "Aviso para {{1}}"},
    {"type": "BODY", "text": "Sua fatura de *{{1}}* vence em {{2}}."},
    {"type": "FOOTER", "text": "Serra Azul"},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "QUICK_REPLY", "text": "Já paguei"},
            {"type": "URL", "text": "Ver", "url": "https://f.example/{{1}}"},
        ],
    },
]
SENT = {
    "name": "fatura", "language": {"code": "pt_BR"},
    "components": [
        {"type": "header", "parameters": [{"type": "text", "text": "Zeca"}]},
        {
            "type": "body",
            "parameters": [{"type": "text", "text": "março"}, {"type": "text", "text": "10/3"}],
        },
        {
            "type": "button", "sub_type": "url", "index": "1",
            "parameters": [{"type": "text", "text": "abc"}],
        },
    ],
}  # fmt: skip


@pytest.fixture
def template(simulator):
    return SimulatorTemplate.objects.create(
        waba=simulator.waba,
        template_id="71",
        name="fatura",
        language="pt_BR",
        status="APPROVED",
        components=TEMPLATE,
    )


def test_a_template_is_shown_with_its_values(template, receive, shown):
    receive(message("template", SENT))
    html = shown()
    texts = ["Aviso para Zeca", "Sua fatura de <strong>março</strong> vence em 10/3.", "Serra Azul"]
    assert [text for text in texts if text not in html] == []
    assert "https://f.example/abc" in html


def test_a_templates_button_answers_as_a_button(template, receive, phone):
    wamid = receive(message("template", SENT))
    acts.tap(phone, wamid, "Já paguei")
    reply = SimulatorMessage.objects.get(direction="in")
    assert reply.payload["button"] == {"payload": "Já paguei", "text": "Já paguei"}


def test_a_template_with_a_picture_shows_it(simulator, receive, shown, uploaded):
    components = [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Veja"}]
    SimulatorTemplate.objects.create(
        waba=simulator.waba, template_id="72", name="foto", language="pt_BR", status="APPROVED",
        components=components,
    )  # fmt: skip
    picture = {"type": "image", "image": {"id": uploaded()}}
    header = {"type": "header", "parameters": [picture]}
    part = {"name": "foto", "language": {"code": "pt_BR"}, "components": [header]}
    receive(message("template", part))
    assert "<img src=" in shown()


def test_our_reaction_appears_and_goes(receive, phone):
    said = acts.say(phone, "oi")
    receive(message("reaction", {"message_id": said.wamid, "emoji": "❤️"}))
    assert screen.bubbles(phone)[0].reactions == ["❤️"]
    receive(message("reaction", {"message_id": said.wamid, "emoji": ""}))
    assert screen.bubbles(phone)[0].reactions == []


def test_our_quote_is_shown(receive, phone):
    said = acts.say(phone, "não funciona")
    receive(message(context={"message_id": said.wamid}))
    assert screen.bubbles(phone)[-1].quoted == "não funciona"


def test_what_we_have_read_gets_its_blue_ticks(phone, simulator, shown):
    said = acts.say(phone, "oi")
    assert 'data-status="read"' not in shown()
    mark_read(simulator, said.wamid, typing=False)
    assert 'data-status="read"' in shown()


def test_that_we_type_is_shown_for_25_seconds(phone, simulator, shown):
    said = acts.say(phone, "oi")
    mark_read(simulator, said.wamid, typing=True)
    assert "ph-typing" in shown()
    phone.refresh_from_db()
    assert 23 < (phone.typing_until - timezone.now()).total_seconds() <= 25
    SimulatorPhone.objects.filter(pk=phone.pk).update(typing_until=timezone.now())
    assert "ph-typing" not in shown()


def test_playing_our_voice_note_is_told_once(page, phone, receive, uploaded, shown):
    wamid = receive(message("audio", {"id": uploaded("recado.ogg", "audio/ogg"), "voice": True}))
    assert "data-heard" in shown()
    for _time in range(2):
        page.post(reverse("simulator:play", args=[phone.pk]), {"message": wamid}, **HTMX)
    [delivery] = SimulatorDelivery.objects.filter(kind="played")
    [update] = delivery.entry["changes"][0]["value"]["statuses"]
    assert (update["id"], update["status"]) == (wamid, "played")


def test_what_is_no_voice_note_of_ours_is_not_told_as_played(phone, receive, uploaded):
    wamid = receive(message("audio", {"id": uploaded("recado.ogg", "audio/ogg")}))
    own = acts.send_voice(phone, SimpleUploadedFile("voice.webm", recorded_webm()))
    for one in (wamid, own.wamid):
        acts.play(phone, one)
    assert not SimulatorDelivery.objects.filter(kind="played").exists()


def test_the_screen_asks_the_database_as_often_for_many_as_for_one(
    phone, receive, uploaded, template, django_assert_max_num_queries
):
    receive(message("image", {"id": uploaded()}))
    receive(message("template", SENT))
    phone.channel  # noqa: B018 fetched beforehand, as the page does
    with django_assert_max_num_queries(3):
        screen.bubbles(phone)
    for _time in range(5):
        receive(message("image", {"id": uploaded()}))
        receive(message("template", SENT))
    with django_assert_max_num_queries(3):
        screen.bubbles(phone)
