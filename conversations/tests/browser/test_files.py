"""Files and voice on the page: seen, heard, sent, given up; in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from conversations.tests.browser.conftest import eventually
from conversations.tests.media import samples

pytestmark = pytest.mark.browser
PICTURE = samples.picture(size=(900, 600))


def take(page):
    page.locator(".thread-head .btn.act-take").click()
    page.wait_for_selector('[data-standing="mine"]')


def sends(zeca, kind, content, mime_type, **part):
    zeca.house.graph.customer_sends(zeca.phone, kind, content, mime_type, name=zeca.name, **part)


def choose(page, *files):
    page.locator("#composer input[type=file]").set_input_files(
        [{"name": name, "mimeType": mime, "buffer": content} for name, mime, content in files]
    )


def sent_parts(zeca, kind):
    return [
        one["body"][kind]
        for one in zeca.house.graph.accepted
        if one["body"]["type"] == kind and one["body"]["to"].endswith(zeca.phone[-8:])
    ]


def test_a_customers_picture_appears_by_itself_and_opens_in_full(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    sends(zeca, "image", PICTURE, "image/jpeg", caption="O roteador")
    picture = page.locator(".msg", has_text="O roteador").locator(".media img")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 480)
    picture.click()
    expect(page.locator(".lightbox img")).to_be_visible()
    expect(page.locator(".lightbox img")).to_have_js_property("naturalWidth", 900)
    page.keyboard.press("Escape")
    expect(page.locator(".lightbox")).to_be_hidden()


def test_a_voice_message_is_heard_with_its_outline(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    sends(zeca, "audio", samples.sound("ogg", seconds=3), "audio/ogg; codecs=opus", voice=True)
    player = page.locator(".player")
    expect(player.locator(".clock")).to_have_text("0:03")
    assert player.locator(".wave path").first.get_attribute("d").count("M") > 20
    player.locator(".play").click()
    expect(player).to_have_attribute("data-playing", "")
    assert eventually(
        page, lambda: player.locator("audio").evaluate("audio => audio.currentTime") > 0.5
    )
    expect(player.locator(".clock")).to_have_text(re.compile(r"0:0\d / 0:03"))
    player.locator(".speed").click()
    assert player.locator("audio").evaluate("audio => audio.playbackRate") == 1.5
    expect(player).not_to_have_attribute("data-playing", "")
    player.locator("input").fill("500")
    assert player.locator("audio").evaluate("audio => audio.currentTime") == pytest.approx(
        1.5, abs=0.1
    )


def test_a_film_a_sticker_and_a_document_look_like_what_they_are(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    sends(zeca, "video", samples.film(), "video/mp4")
    sends(zeca, "sticker", samples.picture("WEBP", size=(512, 512)), "image/webp")
    sends(zeca, "document", samples.pdf(), "application/pdf", filename="conta de luz.pdf")
    film = page.locator("video.media")
    expect(film).to_be_visible()
    film.evaluate("film => { film.muted = true; return film.play() }")
    assert eventually(page, lambda: film.evaluate("film => film.currentTime") > 0)
    expect(page.locator(".msg .sticker")).to_be_visible()
    with page.expect_download() as download:
        page.locator("a.file", has_text="conta de luz.pdf").click()
    assert download.value.suggested_filename == "conta de luz.pdf"


def test_what_could_run_is_only_ever_saved(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    sends(zeca, "document", samples.HTML, "text/html", filename="fatura.html")
    with page.expect_download():
        page.locator("a.file", has_text="fatura.html").click()


def test_a_file_that_is_gone_says_so_and_is_fetched_when_asked_for(desk_of, zeca):
    graph = zeca.house.graph
    page = desk_of("ana").open(zeca.path)
    described = {"id": "4711", "mime_type": "image/jpeg", "caption": "O modem"}
    graph.customer_says(zeca.phone, name=zeca.name, message={"type": "image", "image": described})
    absent = page.locator(".file[data-absent]")
    expect(absent.locator(".act-fetch")).to_be_visible()
    graph.files["4711"] = (PICTURE, "image/jpeg")
    absent.locator(".act-fetch").click()
    expect(page.locator(".msg", has_text="O modem").locator(".media img")).to_be_visible()


def test_files_are_looked_at_before_they_are_sent_in_order_with_their_caption(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    choose(page, ("a.jpg", "image/jpeg", PICTURE), ("b.pdf", "application/pdf", samples.pdf()))
    expect(page.locator(".tray .shot")).to_have_count(2)
    expect(page.locator(".tray .shot img")).to_have_count(1)
    page.fill("#composer-text", "Segue a foto e o boleto")
    page.press("#composer-text", "Enter")
    expect(page.locator(".tray")).to_be_hidden()
    expect(page.locator("#composer-text")).to_have_value("")
    message = page.locator(".msg", has_text="Segue a foto e o boleto")
    expect(message.locator(".media img")).to_be_visible()
    expect(message.locator('.ticks[data-status="read"]')).to_be_visible()
    expect(page.locator(".msg .file", has_text="b.pdf")).to_be_visible()
    assert sent_parts(zeca, "image")[0]["caption"] == "Segue a foto e o boleto"
    assert sent_parts(zeca, "document")[0]["filename"] == "b.pdf"


def test_a_file_can_be_taken_out_again_and_enter_alone_sends_the_rest(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    choose(page, ("um.txt", "text/plain", b"um"), ("dois.txt", "text/plain", b"dois"))
    page.locator(".shot .rm[title*='um.txt']").click()
    expect(page.locator(".tray .shot")).to_have_count(1)
    page.press("#composer-text", "Enter")
    expect(page.locator(".msg .file", has_text="dois.txt")).to_be_visible()
    expect(page.locator(".msg .file", has_text="um.txt")).to_have_count(0)


def test_what_is_refused_stays_in_the_composer_with_the_reason(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    choose(page, ("vazio.pdf", "application/pdf", b""))
    page.fill("#composer-text", "Segue")
    page.press("#composer-text", "Enter")
    expect(page.locator(".toast[data-tone=error], .toast[data-tone=bad]")).to_contain_text(
        "vazio.pdf"
    )
    expect(page.locator(".tray .shot")).to_have_count(1)
    expect(page.locator("#composer-text")).to_have_value("Segue")


def test_a_picture_is_pasted_and_dropped(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.evaluate(
        """name => {
          const data = new DataTransfer()
          data.items.add(new File(['abc'], 'colado.txt', { type: 'text/plain' }))
          const text = document.querySelector('#composer-text')
          text.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
          const drop = new DataTransfer()
          drop.items.add(new File(['abc'], 'solto.txt', { type: 'text/plain' }))
          const pane = document.querySelector('.pane-thread')
          pane.dispatchEvent(new DragEvent('dragover', { dataTransfer: drop, bubbles: true, cancelable: true }))
          pane.dispatchEvent(new DragEvent('drop', { dataTransfer: drop, bubbles: true, cancelable: true }))
        }"""
    )
    expect(page.locator(".tray .name")).to_have_text(["colado.txt", "solto.txt"])


def test_sending_is_given_up_on_a_slow_line(desk_of, zeca):
    desk = desk_of("ana")
    page = desk.open(zeca.path)
    take(page)
    wire = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
    wire.send("Network.emulateNetworkConditions", slow)
    choose(page, ("grande.txt", "text/plain", b"x" * 3_000_000))
    page.press("#composer-text", "Enter")
    expect(page.locator(".tray .progress")).to_be_visible()
    assert eventually(
        page, lambda: int(page.locator(".tray .progress i").get_attribute("data-v")) > 2
    )
    page.locator(".tray .rm").click()
    expect(page.locator(".tray .progress")).to_be_hidden()
    expect(page.locator(".tray .shot")).to_have_count(1)
    expect(page.locator(".msg .file")).to_have_count(0)
    wire.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    page.press("#composer-text", "Enter")
    expect(page.locator(".msg .file", has_text="grande.txt")).to_have_count(1)


def test_a_voice_message_is_recorded_and_sent(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.fill("#composer-text", "Fica aqui")
    page.locator("[data-record]").click()
    expect(page.locator(".voice")).to_be_visible()
    expect(page.locator(".voice .time")).to_have_text("0:02")
    page.locator("[data-voice=pause]").click()
    expect(page.locator(".voice")).to_have_attribute("data-paused", "")
    page.locator("[data-voice=pause]").click()
    page.locator("[data-voice=send]").click()
    player = page.locator(".msg[data-from=us] .player")
    expect(player).to_be_visible()
    expect(player.locator(".clock")).to_have_text(re.compile("0:0[2-5]"))
    expect(page.locator(".voice")).to_be_hidden()
    expect(page.locator("#composer-text")).to_have_value("Fica aqui")
    zeca.house.wait_for("the voice note at WhatsApp", lambda: sent_parts(zeca, "audio"), 20)
    part = sent_parts(zeca, "audio")[0]
    assert part["voice"] is True
    assert b"OggS" in zeca.house.graph.uploads[part["id"]]


def test_a_recording_is_thrown_away(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    take(page)
    page.locator("[data-record]").click()
    expect(page.locator(".voice")).to_be_visible()
    page.locator("[data-voice=discard]").click()
    expect(page.locator(".voice")).to_be_hidden()
    expect(page.locator("#composer-text")).to_be_visible()


def test_files_do_not_go_into_notes_and_viewers_have_no_composer(desk_of, zeca):
    page = desk_of("ana").open(zeca.path)
    expect(page.locator("[data-attach]")).to_be_hidden()
    take(page)
    expect(page.locator("[data-attach]")).to_be_visible()
    page.locator("[data-note-mode]").click()
    expect(page.locator("[data-attach]")).to_be_hidden()
    viewer = desk_of("vera").open(zeca.path)
    expect(viewer.locator("#composer")).to_be_hidden()
