"""Who hears what inside this app, and which providers it knows."""

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from accounts import events as accounts_events
from accounts import workplaces
from conversations import events
from helpdesk.core.breaker import breaker_closed, breaker_opened


def connect() -> None:
    """Register the providers and connect announcements to those who act on them."""
    from conversations import listeners

    _register_providers()
    _register_notice_handlers()
    _register_first_steps()
    listeners.connect()
    _connect_people()
    events.messages_queued.connect(_send, dispatch_uid="conversations.outbox")
    events.attachments_pending.connect(_carry, dispatch_uid="conversations.attachments")
    events.conversation_read.connect(_send_receipt, dispatch_uid="conversations.receipts")
    events.agent_writes.connect(_show_typing, dispatch_uid="conversations.receipts")
    breaker_opened.connect(_note_breaker, dispatch_uid="conversations.breakers")
    breaker_closed.connect(_forget_breaker, dispatch_uid="conversations.breakers")
    events.replay_wanted.connect(_replay_parked, dispatch_uid="conversations.webhooks")
    events.purge_wanted.connect(_purge_parked, dispatch_uid="conversations.webhooks")
    events.import_ready.connect(_work_import, dispatch_uid="conversations.imports")
    events.templates_outdated.connect(_sync_templates, dispatch_uid="conversations.templates")


def _register_providers() -> None:
    from conversations.providers import registry
    from conversations.providers.cloud.provider import CloudProvider

    registry.register(CloudProvider())
    if settings.GATEWAY_URL:
        from conversations.providers.gateway.provider import GatewayProvider

        registry.register(GatewayProvider())
    if settings.SIMULATOR:
        from conversations.providers.simulator.provider import SimulatorProvider

        registry.register(SimulatorProvider())


def _register_notice_handlers() -> None:
    """Import the modules whose functions are registered with actions/ingest/notices.py: handles."""
    from conversations.actions.gateway import news  # noqa: F401
    from conversations.actions.ingest import notices_account, notices_people, notices_templates  # noqa: F401


def _register_first_steps() -> None:
    from accounts.first_steps import register
    from conversations import first_steps

    register(10, first_steps.number)
    register(20, first_steps.queues)
    register(40, first_steps.hours)
    register(60, first_steps.trial)


def _connect_people() -> None:
    from conversations.models import Queue, QueueMembership
    from conversations.workplaces import Queues

    workplaces.register(Queues())
    accounts_events.user_deactivated.connect(_give_back, dispatch_uid="conversations.people")
    accounts_events.access_changed.connect(_give_back, dispatch_uid="conversations.people")
    accounts_events.invitation_accepted.connect(_join_queues, dispatch_uid="conversations.people")
    # The row itself, because memberships end by pages, the administration and commands alike.
    post_delete.connect(
        _membership_ended, sender=QueueMembership, dispatch_uid="conversations.people"
    )
    post_save.connect(_open_room, sender=Queue, dispatch_uid="conversations.rooms")


def _give_back(sender, user_id, **_) -> None:
    from conversations.actions.assignment import give_back

    give_back(user_id)


def _join_queues(sender, user_id, queue_ids, **_) -> None:
    from conversations.actions.assignment import join_queues

    join_queues(user_id, queue_ids)


def _membership_ended(sender, instance, **_) -> None:
    from conversations.actions.assignment import give_back

    user_id, queue_id = instance.user_id, instance.queue_id
    transaction.on_commit(lambda: give_back(user_id, queue_id), robust=True)


def _open_room(sender, instance, created, raw=False, **_) -> None:
    from conversations.actions.rooms import open_queue_room

    if created and not raw:
        open_queue_room(instance)


def _send(sender, channel_ids, **_) -> None:
    from conversations.actions import outbox
    from conversations.tasks import send_channel_later

    for channel_id in channel_ids:
        # Under load there is nearly always a turn, and a question is cheaper than a task.
        if not outbox.has_turn(channel_id):
            send_channel_later(channel_id)


def _carry(sender, attachment_ids, **_) -> None:
    from conversations.tasks import carry_attachment

    for attachment_id in attachment_ids:
        carry_attachment.delay(str(attachment_id))


def _replay_parked(sender, through, **_) -> None:
    from conversations.tasks import replay_parked

    replay_parked.delay(through)


def _purge_parked(sender, before, **_) -> None:
    from conversations.tasks import purge_parked

    purge_parked.delay(before.isoformat())


def _send_receipt(sender, conversation_id, **_) -> None:
    from conversations.tasks import send_read_receipt

    send_read_receipt.delay(str(conversation_id))


def _show_typing(sender, conversation_id, **_) -> None:
    from conversations.tasks import show_typing

    # Later it would be no news any more, or come after the answer.
    show_typing.apply_async([str(conversation_id)], expires=5)


def _sync_templates(sender, waba_id, **_) -> None:
    from conversations.tasks import sync_templates_of

    sync_templates_of.delay(str(waba_id))


def _note_breaker(sender, state, **_) -> None:
    from conversations.actions.breakers import note_opened

    note_opened(state)


def _forget_breaker(sender, state, **_) -> None:
    from conversations.actions.breakers import note_closed

    note_closed(state)


def _work_import(sender, import_id, **_) -> None:
    from conversations.tasks import work_import

    work_import.delay(str(import_id))
