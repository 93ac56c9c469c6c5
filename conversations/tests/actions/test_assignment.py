import pytest

from accounts.actions.users import change_role, deactivate_user, set_queues
from accounts.models import User
from conversations.actions import conversations as actions
from conversations.actions.assignment import give_back
from conversations.models import Conversation, QueueMembership, State


@pytest.fixture
def held(conversation, ana):
    """Zeca's conversation, with Ana."""
    actions.take(conversation, by=ana)
    return conversation


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def state_of(conversation):
    fresh = Conversation.objects.get(pk=conversation.pk)
    return fresh.state, fresh.assignee_id


def test_the_deactivated_give_their_conversations_back(held, ana, committing):
    with committing():
        deactivate_user(ana)
    assert state_of(held) == (State.QUEUED, None)


def test_it_waits_at_the_place_it_has_earned(held, ana, committing):
    before = Conversation.objects.get(pk=held.pk).awaiting_reply_since
    with committing():
        deactivate_user(ana)
    assert Conversation.objects.get(pk=held.pk).queued_at == before


def test_who_only_reads_now_gives_them_back(held, ana, committing):
    with committing():
        change_role(ana, "viewer")
    assert state_of(held) == (State.QUEUED, None)


def test_another_role_that_works_keeps_them(held, ana, committing):
    with committing():
        change_role(ana, "supervisor")
    assert state_of(held) == (State.ACTIVE, ana.pk)


def test_who_loses_a_queue_gives_its_conversations_back(held, ana, finance, committing):
    with committing():
        set_queues(ana, [finance.pk])
    assert state_of(held) == (State.QUEUED, None)


def test_who_gets_one_more_queue_keeps_them(held, ana, support, finance, committing):
    with committing():
        set_queues(ana, [support.pk, finance.pk])
    assert state_of(held) == (State.ACTIVE, ana.pk)


def test_what_was_handed_over_personally_stays(
    conversation, ana, bruno, support, finance, committing
):
    actions.take(conversation, by=ana)
    actions.transfer(conversation, by=ana, agent=bruno, reason="conhece o caso")
    with committing():
        set_queues(bruno, [])
    assert state_of(conversation) == (State.ACTIVE, bruno.pk)


def test_a_membership_deleted_in_the_administration_counts_as_well(held, ana, committing):
    with committing():
        QueueMembership.objects.get(user=ana).delete()
    assert state_of(held) == (State.QUEUED, None)


def test_what_a_colleague_has_by_now_is_left_alone(held, ana, celia, bruno):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    actions.transfer(held, by=celia, agent=celia, reason="assumo")
    assert give_back(ana.pk) == 0
    assert state_of(held) == (State.ACTIVE, celia.pk)


def test_it_may_be_asked_twice(held, ana):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert [give_back(ana.pk), give_back(ana.pk)] == [1, 0]


def test_queues_that_do_not_exist_are_ignored(ana, support, committing):
    with committing():
        set_queues(ana, [support.pk, ana.pk])
    assert list(ana.queues.all()) == [support]


def test_a_queue_that_is_switched_off_keeps_its_members(ana, support, finance, committing):
    support.is_active = False
    support.save()
    with committing():
        set_queues(ana, [finance.pk])
    assert set(ana.queues.all()) == {support, finance}
