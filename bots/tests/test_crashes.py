"""Whatever happens between two statements: what was said once is said once."""

import threading

import pytest
from django.db import connection, transaction

from bots.actions.sessions import advance
from bots.models import BotSession, BotStep
from bots.tests.factories import BotFactory, said_by_bot, says
from conversations.tests.factories import ConversationFactory


@pytest.mark.django_db
def test_after_a_crash_the_same_replies_are_made_again(cast):
    BotFactory()
    talk = ConversationFactory(contact=cast.contact)
    for text in ("oi", "2"):
        says(talk, text)

    def tokens():
        return set(talk.messages.filter(sender="bot").values_list("client_token", flat=True))

    with transaction.atomic():
        advance([talk.pk])
        lost = tokens()
        transaction.set_rollback(True)
    assert len(lost) == 2 and tokens() == set() and not BotStep.objects.exists()
    advance([talk.pk])
    assert tokens() == lost


@pytest.mark.django_db
def test_the_bot_answers_as_soon_as_the_customers_message_is_committed(
    cast, django_capture_on_commit_callbacks
):
    BotFactory()
    talk = ConversationFactory(contact=cast.contact)
    with django_capture_on_commit_callbacks(execute=True):
        says(talk, "oi")
    assert len(said_by_bot(talk)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_answer_once(cast):
    BotFactory()
    talk = ConversationFactory(contact=cast.contact)
    for text in ("oi", "2"):
        says(talk, text)
    # The wake-ups have been answered already: as if they had not been.
    BotSession.objects.all().delete()
    talk.messages.filter(sender="bot").delete()

    def work():
        try:
            advance([talk.pk])
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(said_by_bot(talk)) == 2
