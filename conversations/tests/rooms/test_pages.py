"""The pages of the rooms: what each reader sees, what forms answer, what is found."""

from uuid import uuid4

import pytest
from django.urls import reverse

from conversations.actions import rooms
from conversations.models import Room, RoomMessage
from conversations.rooms import MANY_CHANGES, PAGE

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page_of(client, room, **query):
    answer = client.get(reverse("conversations:room", args=[room.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def changes_since(client, room, since):
    return client.get(reverse("conversations:room_changes", args=[room.pk]), {"since": since})


def lines_in(html) -> list[int]:
    return [int(part.split('"')[0]) for part in html.split('data-number="')[1:]]


def post(client, name, room, data=None, **headers):
    address = reverse(f"conversations:{name}", args=[room.pk])
    return client.post(address, data or {}, headers=headers)


def test_the_list_shows_ones_rooms_and_what_is_unread(client_of, ana, celia, room, say):
    say(room, celia, "bom *dia*")
    html = client_of(ana).get("/team/").content.decode()
    assert str(room.pk) in html and "data-unread" in html and "Célia: bom *dia*" in html
    assert "Financeiro" not in html.split('id="room-list"')[1]


def test_the_list_asks_as_much_for_many_rooms_as_for_one(
    client_of, ana, bruno, celia, davi, room, say, django_assert_num_queries
):
    from django.test.utils import CaptureQueriesContext

    from conversations.rooms import list_for

    def count() -> int:
        from django.db import connection

        with CaptureQueriesContext(
            connection,
        ) as asked:
            list_for(ana)
        return len(asked)

    say(room, celia, "oi")
    say(rooms.open_direct(by=ana, other=bruno), bruno, "oi")
    few = count()
    for number in range(5):
        say(rooms.create_room(by=ana, name=f"Sala {number}"), ana, "oi")
    for other in (celia, davi):
        say(rooms.open_direct(by=ana, other=other), other, "oi")
    with django_assert_num_queries(few):
        list_for(ana)


def test_a_line_is_drawn_alike_for_everybody(client_of, ana, celia, room, say):
    say(room, ana, "@celia olha <b>isto</b> e *isto*")
    mine, theirs = (changes_since(client_of(one), room, 0).content for one in (ana, celia))
    assert mine == theirs
    assert b'class="mention"' in mine and b"&lt;b&gt;" in mine and b"<strong>isto</strong>" in mine


def test_the_answer_to_writing_is_the_very_fragment_of_the_catch_up(client_of, ana, room):
    client = client_of(ana)
    answer = post(client, "room_write", room, {"body": "oi", "since": "0"}, **HTMX)
    assert answer.content == changes_since(client, room, 0).content
    assert changes_since(client, room, 1).status_code == 204


def test_without_htmx_one_is_led_back_to_the_room(client_of, ana, room):
    answer = post(client_of(ana), "room_write", room, {"body": "oi"})
    assert answer.url == reverse("conversations:room", args=[room.pk])
    assert RoomMessage.objects.get().body == "oi"


@pytest.mark.parametrize(
    "data", [{}, {"body": " "}, {"body": "x" * 4001}, {"body": "a", "client_token": "x"}]
)
def test_a_form_that_cannot_be_is_answered_with_the_reason(client_of, ana, room, data):
    answer = post(client_of(ana), "room_write", room, data, **HTMX)
    assert answer.status_code == 409 and b"toast" in answer.content


def test_who_missed_much_starts_afresh(client_of, ana, room, say):
    for number in range(MANY_CHANGES + 1):
        say(room, ana, f"linha {number}")
    html = changes_since(client_of(ana), room, 0).content.decode()
    assert "data-whole" in html and lines_in(html)[-1] == MANY_CHANGES + 1


def test_one_scrolls_up_to_the_first_line(client_of, ana, room, say):
    for number in range(PAGE + 3):
        say(room, ana, f"linha {number}")
    client = client_of(ana)
    html = page_of(client, room)
    assert lines_in(html) == list(range(4, PAGE + 4)) and "before=4" in html
    earlier = reverse("conversations:room_earlier", args=[room.pk])
    html = client.get(earlier, {"before": 4}).content.decode()
    assert lines_in(html) == [1, 2, 3] and "before=" not in html


def test_a_found_line_opens_where_it_stands(client_of, ana, room, say, monkeypatch):
    monkeypatch.setattr("conversations.rooms.MOST_TO_THE_END", 10)
    monkeypatch.setattr("conversations.rooms.AROUND", 3)
    for number in range(30):
        say(room, ana, f"linha {number}")
    html = page_of(client_of(ana), room, at=10)
    assert 10 in lines_in(html) and 30 not in lines_in(html) and "data-detached" in html
    html = page_of(client_of(ana), room, at=25)
    assert lines_in(html)[-1] == 30 and "data-detached" not in html


def test_a_card_is_drawn_for_whoever_reads(client_of, ana, bruno, say, conversation):
    direct = rooms.open_direct(by=ana, other=bruno)
    line = say(direct, ana, "veja", conversation=conversation)
    address = reverse("conversations:room_card", args=[direct.pk, line.pk])
    assert address in page_of(client_of(bruno), direct)
    own, foreign = (client_of(one).get(address).content.decode() for one in (ana, bruno))
    assert "Zeca Pereira" in own and conversation.protocol in own
    assert "data-foreign" in foreign
    assert "Zeca" not in foreign and conversation.protocol not in foreign
    assert "Zeca" not in page_of(client_of(bruno), direct)


def test_a_conversation_is_shared_from_its_menu(client_of, ana, room, finance, conversation):
    address = reverse("conversations:share", args=[conversation.pk])
    client = client_of(ana)
    form = client.get(address).content.decode()
    assert str(room.pk) in form and "Financeiro" not in form.split("share-targets")[-1]
    client.post(address, {"room": room.pk, "body": "alguém?"})
    line = RoomMessage.objects.get()
    assert (line.room, line.conversation, line.body) == (room, conversation, "alguém?")
    foreign = Room.objects.get(queue=finance)
    assert client.post(address, {"room": foreign.pk}).status_code == 404


def test_searching_finds_beginnings_of_words_in_ones_own_rooms_only(
    client_of, ana, bruno, celia, room, finance, say
):
    say(room, ana, "A instalação do Ipê ficou pronta")
    gone = say(room, ana, "instalação cancelada")
    rooms.delete_message(gone, by=ana)
    say(Room.objects.get(queue=finance), celia, "instalação paga")

    def found(person, words) -> str:
        html = client_of(person).get("/team/", {"search": words}).content.decode()
        return html.split('id="room-list"')[1].split("</ul>")[0]

    for words in ("instalacao ipe", "INSTAL pront"):
        assert "<mark>" in found(ana, words) and "?at=1" in found(ana, words)
    assert "paga" not in found(ana, "instalacao")
    assert "Ipê" not in found(bruno, "instalacao")
    for words in ("stalação", "%", "ipe comercial"):
        assert "?at=" not in found(ana, words)


def test_an_excerpt_shows_words_as_text(client_of, ana, room, say):
    say(room, ana, "antes <script>alert(1)</script> achado depois")
    html = client_of(ana).get("/team/", {"search": "achado"}).content.decode()
    assert "<script>alert" not in html and "<mark>achado</mark>" in html


def test_a_page_says_how_far_it_was_read(client_of, ana, celia, room, say):
    say(room, celia, "oi")
    client = client_of(ana)
    assert "hidden" not in client.get("/team/unread/").content.decode()
    assert post(client, "room_read", room, {"version": "1"}, **HTMX).status_code == 200
    assert "hidden" in client.get("/team/unread/").content.decode()


def test_people_rooms_and_names_to_choose_from(client_of, ana, bruno, celia, room, say):
    joinable = rooms.create_room(by=bruno, name="Avisos")
    html = client_of(ana).get("/team/new/").content.decode()
    assert str(joinable.pk) in html and str(bruno.pk) in html
    assert f'value="{ana.pk}"' not in html
    names = client_of(ana).get(reverse("conversations:room_names", args=[room.pk])).content.decode()
    assert "@celia" in names and "@bruno" not in names and "@ana" not in names


def test_one_opens_writes_mutes_joins_and_leaves_by_forms(client_of, ana, bruno):
    client = client_of(ana)
    direct = client.post("/team/direct/", {"person": bruno.pk})
    assert direct.url == reverse("conversations:room", args=[Room.objects.get(kind="direct").pk])
    assert client.post("/team/direct/", {"person": uuid4()}).url == "/team/new/"
    client.post("/team/new/", {"name": "Café"})
    room = Room.objects.get(kind="open")
    post(client_of(bruno), "room_join", room)
    post(client_of(bruno), "room_mute", room, {"muted": "on"})
    assert room.memberships.get(user=bruno).is_muted
    assert post(client_of(bruno), "room_leave", room).url == "/team/"
    assert not room.memberships.filter(user=bruno).exists()


def test_a_viewer_finds_no_composer_and_no_pencil(client_of, vera, room):
    html = page_of(client_of(vera), room)
    assert "room-composer" not in html and "/team/new/" not in html
    assert client_of(vera).get("/team/new/").status_code == 403


def test_pages_of_many_lines_ask_as_much_as_those_of_few(
    client_of, ana, celia, room, say, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(ana)
    say(room, celia, "@ana um")
    page_of(client, room)
    with CaptureQueriesContext(connection) as asked:
        page_of(client, room)
    few = len(asked)  # now: what is asked later is counted from nothing
    for number in range(20):
        say(room, celia if number % 2 else ana, "@ana e @celia")
    page_of(client, room)  # what is asked once a minute has been asked
    with django_assert_num_queries(few):
        page_of(client, room)
