"""Who is notified of what: read from committed rows, and read again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import SiteSetting
from accounts.models.users import Availability
from conversations import live
from conversations.actions import conversations as actions
from conversations.actions import notifications
from conversations.actions.notifications.telling import tell
from conversations.models import Notification, NotificationKind
from conversations.tests.notifications.conftest import waits_since, write_as_customer


def of(user):
    return list(Notification.objects.filter(user=user).values_list("kind", flat=True))


def test_the_holder_is_notified_of_the_customers_message(ana, celia, held, told, commits):
    with commits():
        message = write_as_customer(held)
    assert of(ana) == [NotificationKind.MESSAGE]
    assert of(celia) == []
    ((group, event),) = told
    assert group == live.user_group(ana.pk)
    assert event["unread"] == 1
    assert "Zeca" in event["tell"]["text"]
    assert event["tell"]["address"].endswith(f"{held.pk}/?at={message.pk}")
    assert event["tell"]["sound"].endswith(".wav")


def test_nobody_is_notified_of_messages_that_nobody_holds(conversation, commits):
    with commits():
        write_as_customer(conversation)
    assert not Notification.objects.exists()


def test_who_receives_a_conversation_is_notified_and_who_takes_one_is_not(
    ana, celia, conversation, commits
):
    with commits():
        actions.take(conversation, by=celia)
    assert of(celia) == []
    with commits():
        actions.transfer(conversation, by=celia, agent=ana, reason="Turno")
    notification = Notification.objects.get()
    assert (notification.user, notification.kind) == (ana, NotificationKind.ASSIGNED)
    assert notification.actor == celia


def test_handing_it_on_ends_what_the_former_holder_was_to_read(ana, celia, held, commits):
    with commits():
        write_as_customer(held)
    with commits():
        actions.transfer(held, by=ana, agent=celia, reason="Turno")
    assert not Notification.objects.unread().filter(user=ana).exists()


def test_what_a_killed_process_did_not_tell_is_told_by_the_sweep(ana, celia, held):
    write_as_customer(held)
    assert not Notification.objects.exists()
    for _round in range(2):
        notifications.sweep()
    assert of(ana) == [NotificationKind.MESSAGE]
    actions.transfer(held, by=ana, agent=celia, reason="Turno")
    for _round in range(2):
        notifications.sweep()
    assert of(celia).count(NotificationKind.ASSIGNED) == 1


def test_changes_of_conversations_that_nobody_holds_cost_no_query(
    conversation, django_assert_num_queries
):
    with django_assert_num_queries(0):
        notifications.derive([_change(conversation, frozenset())])


def test_telling_costs_the_same_for_one_person_and_for_many(
    cast, conversation, django_assert_num_queries
):
    few, many = _told_to(conversation, cast.ana), _told_to(conversation, cast.celia, cast.vera)
    with CaptureQueriesContext(connection) as once:
        tell(few)
    with django_assert_num_queries(len(once)):
        tell(many)


def _told_to(conversation, *people):
    notifications.notify(
        [person.pk for person in people], "mentioned", cause="c", conversation=conversation
    )
    return list(Notification.objects.filter(user__in=people).select_related(None))


def _change(conversation, user_ids):
    from conversations.events import ConversationChanged

    return ConversationChanged(
        conversation.pk, 0, conversation.version, frozenset(), user_ids, False
    )


@pytest.fixture
def waiting(ana, celia, vera, bruno, conversation):
    """Zeca has waited for half an hour; Ana and Célia are there, so are Vera and Bruno."""
    for person in (ana, celia, vera, bruno):
        person.availability = Availability.ONLINE
        person.save()
    waits_since(conversation, timezone.now() - timedelta(minutes=30))
    return conversation


def test_who_works_in_the_queue_hears_once_of_a_long_wait(ana, celia, bruno, vera, waiting):
    assert notifications.notify_waiting() == 2
    assert notifications.notify_waiting() == 0
    assert of(ana) == of(celia) == [NotificationKind.WAITING]
    assert of(bruno) == of(vera) == []


def test_whoever_comes_later_hears_of_it_then_and_who_is_gone_does_not(ana, celia, waiting):
    ana.availability = Availability.OFFLINE
    ana.save()
    assert notifications.notify_waiting() == 1
    ana.availability = Availability.ONLINE
    ana.save()
    assert notifications.notify_waiting() == 1
    assert of(ana) == [NotificationKind.WAITING]


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0), (45, 0), (15, 2)])
def test_the_site_setting_says_what_is_too_long(waiting, minutes, expected):
    SiteSetting.objects.create(key="waiting_notice_minutes", value=minutes)
    assert notifications.notify_waiting() == expected


def test_waiting_again_is_another_cause(ana, waiting):
    notifications.notify_waiting()
    waits_since(waiting, timezone.now() - timedelta(minutes=20))
    notifications.notify_waiting()
    assert of(ana) == [NotificationKind.WAITING] * 2


def test_taking_it_ends_the_notice_of_all(ana, celia, waiting, commits):
    notifications.notify_waiting()
    with commits():
        actions.take(waiting, by=ana)
    assert not Notification.objects.unread().exists()
    assert Notification.objects.count() == 2


def test_reading_the_conversation_reads_its_notification(ana, held, told, commits):
    with commits():
        write_as_customer(held)
    with commits():
        actions.mark_read(held, by=ana)
    assert not Notification.objects.unread().exists()
    assert told[-1][1]["unread"] == 0


def test_old_ones_are_pruned_and_newer_ones_kept(ana, conversation):
    for days in (89, 91):
        notifications.notify([ana.pk], "mentioned", cause=str(days), conversation=conversation)
        at = timezone.now() - timedelta(days=days)
        Notification.objects.filter(cause=str(days)).update(created_at=at)
    assert notifications.prune() == 1
    assert Notification.objects.get().cause == "89"
