"""Celery's doors: ids in, one call."""

from datetime import datetime

from conversations.actions import (
    attachments,
    channels,
    gateway,
    imports,
    notifications,
    outbox,
    scheduling,
    snoozing,
    statuses,
    templates,
    webhooks,
)
from conversations.actions.notifications import pushing
from conversations.actions.receipts import send_receipt
from helpdesk.core.tasks import task


@task(queue="outbound")
def send_channel(channel_id: str) -> None:
    outbox.answer(channel_id)
    if outbox.send_due(channel_id):
        send_channel_later(channel_id)


def send_channel_later(channel_id) -> None:
    """Wake a channel's outbox, unless somebody has just done so."""
    if outbox.may_wake(channel_id):
        send_channel.delay(str(channel_id))


@task(queue="outbound")
def sweep_outbox() -> None:
    for channel_id, is_overdue in outbox.sweep().items():
        if is_overdue:
            outbox.answer(channel_id)
        send_channel_later(channel_id)


@task(queue="outbound", max_retries=2)
def send_read_receipt(conversation_id: str) -> None:
    send_receipt(conversation_id)


@task(queue="outbound", max_retries=0)
def show_typing(conversation_id: str) -> None:
    send_receipt(conversation_id, typing=True)


@task(queue="media", max_retries=0)
def carry_attachment(attachment_id: str) -> None:
    attachments.carry(attachment_id)


@task(queue="media", max_retries=0)
def sweep_attachments() -> None:
    for attachment_id in attachments.due():
        carry_attachment.delay(str(attachment_id))


@task()
def end_snoozes() -> None:
    snoozing.wake_due()


@task()
def sweep_statuses() -> None:
    statuses.sweep_pending()


@task(max_retries=0)
def queue_scheduled() -> None:
    scheduling.queue_due()


@task()
def check_channels() -> None:
    channels.check_all()


@task()
def check_gateway() -> None:
    gateway.check_due()


@task()
def replay_parked(through: int) -> None:
    webhooks.replay_through(through)


@task()
def purge_parked(before: str) -> None:
    webhooks.delete_parked(datetime.fromisoformat(before))


@task()
def prune_webhooks() -> None:
    webhooks.prune()


@task()
def sync_templates() -> None:
    templates.sync_all()


@task()
def sync_templates_of(waba_id: str) -> None:
    templates.sync_by_id(waba_id)


@task(max_retries=0)
def work_import(import_id: str) -> None:
    if imports.work(import_id):
        work_import.delay(import_id)


@task()
def sweep_imports() -> None:
    for import_id in imports.sweep():
        work_import.delay(str(import_id))


@task()
def prune_imports() -> None:
    imports.prune()


@task()
def notify_waiting() -> None:
    notifications.notify_waiting()


@task()
def sweep_notifications() -> None:
    notifications.sweep()


@task()
def prune_notifications() -> None:
    notifications.prune()
    pushing.forget_old()


@task(max_retries=3)
def push_notification(notification_id: str) -> None:
    pushing.push(notification_id)
