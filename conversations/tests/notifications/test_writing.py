"""Writing notifications: for whom, how often, and when their pages hear of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from conversations import live
from conversations.actions.notifications import notify
from conversations.models import Notification, NotificationKind
from conversations.tests.factories import InboundMessageFactory

MENTIONED, MESSAGE = NotificationKind.MENTIONED, NotificationKind.MESSAGE


def test_each_person_is_notified_once_per_cause(ana, celia, conversation):
    for _round in range(2):
        notify([ana.pk, celia.pk, ana.pk], MENTIONED, cause="mention:1", conversation=conversation)
    assert set(Notification.objects.values_list("user", flat=True)) == {ana.pk, celia.pk}
    assert Notification.objects.count() == 2


def test_whoever_did_it_is_not_notified(ana, celia, conversation):
    notify([ana.pk, celia.pk], MENTIONED, cause="c", conversation=conversation, actor=ana)
    assert Notification.objects.get().user == celia


def test_people_who_no_longer_work_here_are_left_out(ana, conversation):
    ana.is_active = False
    ana.save()
    notify([ana.pk], MENTIONED, cause="c", conversation=conversation)
    assert not Notification.objects.exists()


def test_a_mention_does_not_reach_whoever_may_not_read_the_conversation(ana, bruno, conversation):
    notify([ana.pk, bruno.pk], MENTIONED, cause="c", conversation=conversation)
    assert Notification.objects.get().user == ana


def test_pages_hear_of_it_on_commit_and_only_of_what_is_new(
    ana, conversation, told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        notify([ana.pk], MENTIONED, cause="c", conversation=conversation)
        assert told == []
    assert [group for group, _event in told] == [live.user_group(ana.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        notify([ana.pk], MENTIONED, cause="c", conversation=conversation)
    assert len(told) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_told_to_nobody(ana, conversation, told):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        notify([ana.pk], MENTIONED, cause="c", conversation=conversation)
        raise ZeroDivisionError
    assert told == []
    assert not Notification.objects.exists()


def test_a_later_message_takes_the_place_of_an_unread_one(ana, conversation):
    messages = InboundMessageFactory.create_batch(2, conversation=conversation)
    for message in messages:
        cause = f"message:{message.pk}"
        notify([ana.pk], MESSAGE, cause=cause, conversation=conversation, message=message)
    assert Notification.objects.get().message == messages[1]


@pytest.mark.django_db(transaction=True)
def test_two_who_notify_at_once_write_one_row_and_tell_once(ana, celia, conversation, told):
    start = Barrier(2)

    def one():
        start.wait(10)
        try:
            notify([celia.pk, ana.pk], MENTIONED, cause="c", conversation=conversation)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one) for _ in range(2)]:
            done.result(30)
    assert Notification.objects.count() == 2
    assert len(told) == 2
