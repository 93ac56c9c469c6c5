from accounts.models.users import Role
from conversations.models import Conversation


def test_the_cast_stands_in_the_queues_it_says(cast):
    assert [queue.name for queue in cast.ana.queues.all()] == ["Suporte"]
    assert [queue.name for queue in cast.bruno.queues.all()] == ["Financeiro"]
    assert cast.celia.queues.count() == 2
    assert cast.davi.role == Role.ADMIN
    assert cast.vera.role == Role.VIEWER


def test_zeca_waits_in_support_and_finance_does_not_see_it(cast, conversation):
    assert list(Conversation.objects.for_user(cast.ana).waiting()) == [conversation]
    assert not Conversation.objects.for_user(cast.bruno).exists()
    assert conversation.last_message.body == conversation.last_message_preview
    assert conversation.events.count() == conversation.last_event_sequence
