import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.models.users import Role
from bots.models import Bot, BotSession
from conversations import thread
from conversations.models import Channel, Conversation, Message, Queue, SimulatorMessage, State
from conversations.providers.simulator.accept import mark_read
from helpdesk.seeds import demo, first_start
from helpdesk.seeds.once import once


@pytest.fixture(autouse=True)
def fresh(db, settings):
    settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD, settings.SIMULATOR = "", "", True


def password_in(line: str) -> str:
    return line.split("password: ")[1]


def test_the_first_start_gives_an_administrator_who_can_log_in_and_a_queue_with_reasons():
    [line] = first_start()
    assert Client().login(username="admin", password=password_in(line))
    assert User.objects.get().role == Role.ADMIN
    assert [queue.name for queue in Queue.objects.all()] == ["Atendimento"]
    assert Bot.objects.filter(is_default=True, flow__published__isnull=False).exists()


def test_the_second_start_says_and_changes_nothing():
    first_start()
    hashed = User.objects.get().password
    assert first_start() == []
    assert User.objects.get().password == hashed


def test_the_random_password_is_nowhere_in_clear():
    [line] = first_start()
    assert password_in(line) not in User.objects.get().password


def test_a_given_administrator_is_taken_and_the_password_not_printed(settings):
    settings.ADMIN_EMAIL, settings.ADMIN_PASSWORD = "dona@provedor.test", "uma senha bem longa"
    [line] = first_start()
    assert settings.ADMIN_PASSWORD not in line
    assert Client().login(username="dona@provedor.test", password="uma senha bem longa")


def test_the_first_channel_comes_from_the_settings(settings):
    settings.WHATSAPP_PHONE_NUMBER_ID = "106540352242922"
    settings.WHATSAPP_BUSINESS_ACCOUNT_ID = "102290129340398"
    settings.WHATSAPP_ACCESS_TOKEN, settings.WHATSAPP_APP_SECRET = "token", "secret"
    first_start()
    channel = Channel.objects.get()
    assert (channel.provider, channel.access_token, channel.app_secret) == (
        "cloud",
        "token",
        "secret",
    )
    assert channel.default_queue.name == "Atendimento"


def test_without_all_three_settings_there_is_no_channel(settings):
    settings.WHATSAPP_PHONE_NUMBER_ID, settings.WHATSAPP_ACCESS_TOKEN = "106540352242922", ""
    first_start()
    assert not Channel.objects.exists()


def test_what_fails_half_way_is_done_by_the_next_start():
    with pytest.raises(RuntimeError), once("x") as is_first:
        assert is_first
        raise RuntimeError
    with once("x") as is_first:
        assert is_first
    with once("x") as is_first:
        assert not is_first


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_start_together_make_one_administrator():
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def start(_number):
        try:
            return first_start()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(start, range(2)))
    assert sorted(len(lines) for lines in results) == [0, 1]
    assert User.objects.count() == 1
    assert Queue.objects.count() == 1


@pytest.fixture
def logins():
    first_start()
    return demo()


def test_the_demo_shows_conversations_in_every_state(logins):
    states = set(Conversation.objects.values_list("state", flat=True))
    assert states == set(State.values)
    assert Queue.objects.count() == 5


def test_the_demo_logs_in_a_supervisor_and_two_agents(logins):
    assert [line.split(": ")[0] for line in logins] == ["supervisor", "agent", "agent"]
    for line, username in zip(logins, ["renata", "juliana", "marcos"], strict=True):
        assert Client().login(username=username, password=password_in(line))


def test_the_demo_comes_once(logins):
    before = Conversation.objects.count()
    assert demo() == []
    assert Conversation.objects.count() == before


def test_the_demo_leaves_a_database_alone_in_which_somebody_has_written(conversation):
    assert demo() == []
    assert Conversation.objects.count() == 1


def test_without_the_simulator_the_demo_has_people_and_queues_only(settings):
    settings.SIMULATOR = False
    first_start()
    assert len(demo()) == 3
    assert not Channel.objects.exists()
    assert not Conversation.objects.exists()


def test_the_real_bot_answers_those_who_have_just_written(logins):
    with_bot = Conversation.objects.with_bot()
    assert BotSession.objects.filter(conversation__in=with_bot).count() == with_bot.count() > 0


def test_what_is_told_is_consistent(logins):
    for conversation in Conversation.objects.all():
        messages = list(conversation.messages.in_order())
        events = list(conversation.events.order_by("sequence"))
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert conversation.last_event_sequence == len(events)
        assert events[-1].occurred_at <= timezone.now()
        assert events == sorted(events, key=lambda event: event.occurred_at)
        assert max(row.version for row in [*messages, *events]) <= conversation.version
        shown = [message for message in messages if not message.is_note][-1]
        assert conversation.last_message_id == shown.pk
        assert conversation.last_message_at == shown.sort_at
        assert conversation.last_message_preview == shown.preview
        assert thread.timeline(conversation).items


def test_only_what_waits_has_waited_and_only_what_is_held_has_a_holder(logins):
    for conversation in Conversation.objects.all():
        assert (conversation.queued_at is not None) == (conversation.state == State.QUEUED)
        assert (conversation.assignee is not None) == bool(conversation.first_reply_at) or (
            conversation.state == State.QUEUED
        )


def test_unread_counts_what_the_customer_wrote_since_somebody_read(logins):
    active = Conversation.objects.active().get(customer__name="Rosângela Pires")
    assert active.unread_count == 2
    assert active.awaiting_reply_since is not None
    assert not Conversation.objects.closed().unread().exists()


def test_the_real_actions_go_on_where_the_story_ends(logins):
    from uuid import uuid4

    from conversations.actions.conversations import close_conversation, take
    from conversations.actions.messages import send_message

    # Where a server is named the simulator is off, and its provider unknown.
    Channel.objects.update(provider="cloud")
    juliana = User.objects.get(username="juliana")
    conversation = Conversation.objects.waiting().filter(queue__name="Suporte técnico").first()
    take(conversation, by=juliana)
    send_message(conversation, by=juliana, body="Olá!", client_token=uuid4())
    close_conversation(conversation, by=juliana)
    sequences = list(conversation.events.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, len(sequences) + 1))


@pytest.mark.parametrize("scenario", ["empty", "demo", "busy_monday"])
def test_every_scenario_can_be_seeded_twice(scenario, capsys):
    call_command("seed", scenario)
    before = Conversation.objects.count()
    call_command("seed", scenario)
    assert Conversation.objects.count() - before <= 12  # those closed write again
    assert Message.objects.filter(status="failed").count() == 0


def test_a_busy_monday_is_busy():
    call_command("seed", "busy_monday")
    assert Conversation.objects.waiting().count() == 48
    assert Conversation.objects.active().count() == 24


def test_the_simulated_phones_know_what_was_said_and_take_its_receipts():
    demo()
    told = Message.objects.exclude(provider_id=None)
    known = SimulatorMessage.objects.values_list("wamid", flat=True)
    assert set(told.values_list("provider_id", flat=True)) <= set(known)
    latest = told.filter(sender="customer").latest("sort_at")
    mark_read(latest.channel, latest.provider_id, typing=False)
    assert SimulatorMessage.objects.get(wamid=latest.provider_id).status == "read"


def test_the_demonstration_shows_more_than_text():
    first_start()
    demo()
    kinds = set(Message.objects.filter(sender="customer").values_list("kind", flat=True))
    assert {"text", "interactive", "location", "contacts"} <= kinds
    agent = Client()
    agent.force_login(User.objects.get(username="admin"))
    told = Message.objects.get(kind="location").conversation
    page = agent.get(f"/conversations/{told.pk}/").content.decode()
    assert "Casa nova" in page and "add-customer-form" in page and 'data-forwarded="once"' in page
