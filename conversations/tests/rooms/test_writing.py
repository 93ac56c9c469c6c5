"""What colleagues write: numbers, tokens, rights, mentions, deletion."""

import threading
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404

from conversations.access import get_room, get_room_to_write
from conversations.actions import rooms
from conversations.actions.assignment import set_queues
from conversations.actions.errors import InvalidMessage, Refused
from conversations.models import (
    Notification,
    Room,
    RoomMembership,
    RoomMessage,
    RoomWord,
)
from conversations.rooms import list_for, unread_for
from conversations.tests.factories import QueueFactory

pytestmark = pytest.mark.django_db
BY_THREAD = 12


def test_a_queue_is_made_with_its_room_and_keeps_the_one():
    queue = QueueFactory(name="Retenção")
    assert str(queue.room) == "Retenção"
    queue.name = "Cancelamento"
    queue.save()
    assert Room.objects.filter(queue=queue).count() == 1


def test_lines_are_numbered_and_raise_the_version(ana, celia, room, say):
    lines = [say(room, ana, "um"), say(room, celia, "dois"), say(room, ana, "três")]
    assert [line.number for line in lines] == [1, 2, 3]
    rooms.delete_message(lines[0], by=ana)
    room.refresh_from_db()
    assert (room.version, room.last_number) == (4, 3)
    assert say(room, ana, "quatro").number == 4


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_leave_no_gap_and_no_number_twice(ana, celia, davi, room, say):
    def write(person):
        try:
            for number in range(BY_THREAD):
                say(room, person, f"linha {number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[person]) for person in (ana, celia, davi)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count = 3 * BY_THREAD
    found = RoomMessage.objects.filter(room=room).order_by("number")
    assert list(found.values_list("number", "version")) == [(n, n) for n in range(1, count + 1)]
    room.refresh_from_db()
    assert (room.version, room.last_number) == (count, count)


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_writes_once(ana, room, say):
    token, made = uuid4(), []

    def write():
        try:
            made.append(say(room, ana, "uma vez", client_token=token).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2 and len(set(made)) == 1
    assert RoomMessage.objects.get().number == 1


def test_a_token_of_another_room_is_refused(ana, celia, room, finance, say):
    token = uuid4()
    say(room, celia, "aqui", client_token=token)
    with pytest.raises(Refused):
        say(Room.objects.get(queue=finance), celia, "lá", client_token=token)


@pytest.mark.parametrize("body", ["", "  \n ", "x" * (rooms.BODY_LENGTH + 1)])
def test_nothing_and_too_much_are_refused_and_change_nothing(ana, room, say, body):
    with pytest.raises(InvalidMessage):
        say(room, ana, body)
    room.refresh_from_db()
    assert room.version == 0


def test_a_foreign_room_and_a_missing_one_are_not_there(bruno, room):
    for key in (room.pk, uuid4(), "x"):
        with pytest.raises(Http404):
            get_room(bruno, key)


def test_a_viewer_reads_and_does_not_write(vera, room, say):
    assert get_room(vera, room.pk) == room
    with pytest.raises(PermissionDenied):
        get_room_to_write(vera, room.pk)
    with pytest.raises(Refused):
        say(room, vera, "oi")
    with pytest.raises(Refused):
        rooms.create_room(by=vera, name="Café")


def test_who_leaves_the_queue_leaves_its_room_although_they_have_read_it(ana, room):
    rooms.mark_read(room, by=ana, version=0)
    assert RoomMembership.objects.filter(room=room, user=ana).exists()
    set_queues(ana.pk, [])
    with pytest.raises(Http404):
        get_room(ana, room.pk)


def test_who_is_called_is_notified_once_and_only_if_they_read_the_room(
    ana, bruno, celia, room, say
):
    line = say(room, ana, "@célia e @bruno, de novo @celia: e eu, @ana")
    assert list(line.mentions.all()) == [celia]
    told = Notification.objects.get()
    assert (told.user, told.kind, told.room, told.actor) == (celia, "mentioned", room, ana)


def test_direct_messages_are_one_room_of_two_and_notify_the_other(ana, bruno, say):
    direct = rooms.open_direct(by=ana, other=bruno)
    assert rooms.open_direct(by=bruno, other=ana) == direct
    assert list_for(bruno).direct == []  # nobody has written yet
    say(direct, ana, "Oi, Bruno")
    told = Notification.objects.get()
    assert (told.user, told.kind) == (bruno, "room")
    assert [row.name for row in list_for(bruno).direct] == ["Ana Souza"]
    rooms.mark_read(direct, by=bruno, version=1)
    told.refresh_from_db()
    assert told.read_at


def test_a_muted_room_counts_and_notifies_only_who_is_called(ana, bruno, say):
    direct = rooms.open_direct(by=ana, other=bruno)
    rooms.set_muted(direct, by=bruno, muted=True)
    say(direct, ana, "oi")
    assert unread_for(bruno) == 0 and not Notification.objects.exists()
    say(direct, ana, "@bruno, olha")
    assert Notification.objects.get().kind == "mentioned"


def test_one_does_not_write_to_oneself_to_viewers_or_to_who_has_gone(ana, bruno, vera, say):
    for other in (ana, vera):
        with pytest.raises(Refused):
            rooms.open_direct(by=ana, other=other)
    direct = rooms.open_direct(by=ana, other=bruno)
    bruno.is_active = False
    bruno.save()
    with pytest.raises(Refused):
        say(direct, ana, "Cadê você?")


def test_an_open_room_is_joined_left_and_foreign_to_the_rest(ana, bruno, say):
    room = rooms.create_room(by=ana, name="  Avisos   gerais ")
    assert room.name == "Avisos gerais"
    with pytest.raises(Http404):
        get_room(bruno, room.pk)
    say(room, ana, "antes")
    rooms.join(room, by=bruno)
    room.refresh_from_db()
    rooms.join(room, by=bruno)
    assert get_room(bruno, room.pk) == room
    rooms.leave(room, by=bruno)
    with pytest.raises(Http404):
        get_room(bruno, room.pk)


@pytest.mark.parametrize("name", ["", "   ", "avisos", "x" * 81])
def test_a_room_needs_a_name_of_its_own(ana, name):
    rooms.create_room(by=ana, name="Avisos")
    with pytest.raises(Refused):
        rooms.create_room(by=ana, name=name)


def test_the_rooms_of_queues_and_of_two_are_not_joined_or_left(ana, bruno, room):
    for one in (room, rooms.open_direct(by=ana, other=bruno)):
        with pytest.raises(Refused):
            rooms.leave(one, by=ana)
        with pytest.raises(Refused):
            rooms.join(one, by=ana)


def test_a_deleted_line_leaves_a_mark_and_nothing_of_what_it_said(
    ana, celia, room, say, conversation
):
    line = say(room, ana, "@celia segredo", conversation=conversation)
    with pytest.raises(Refused):
        rooms.delete_message(line, by=celia)
    rooms.delete_message(line, by=ana)
    rooms.delete_message(line, by=ana)
    line.refresh_from_db()
    assert line.is_deleted and (line.body, line.conversation) == ("", None)
    assert not line.mentions.exists() and not RoomWord.objects.exists()
    room.refresh_from_db()
    assert room.version == 2


def test_what_is_unread_is_counted_for_each_person(ana, celia, vera, room, say):
    for number in range(3):
        say(room, ana, f"linha {number}")
    assert (unread_for(ana), unread_for(celia), unread_for(vera)) == (0, 3, 3)
    rooms.mark_read(room, by=celia, version=2)
    rooms.mark_read(room, by=celia, version=1)
    room.refresh_from_db()
    rooms.mark_read(room, by=vera, version=999)
    assert (unread_for(celia), unread_for(vera)) == (1, 0)
    rooms.delete_message(RoomMessage.objects.get(number=3), by=ana)
    assert (unread_for(celia), unread_for(vera)) == (0, 0)


def test_the_address_of_a_conversation_becomes_a_card_if_its_author_may_read_it(
    ana, bruno, room, finance, say, conversation
):
    address = f"https://ramal.test/conversations/{conversation.pk}/?tab=all"
    alone = say(room, ana, address)
    assert (alone.body, alone.conversation) == ("", conversation)
    beside = say(room, ana, f"Olhem {address} por favor")
    assert beside.conversation == conversation and address in beside.body
    foreign = say(Room.objects.get(queue=finance), bruno, address)
    assert (foreign.body, foreign.conversation) == (address, None)
