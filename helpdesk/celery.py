"""The Celery application, its queues, and the calendar of everything periodic."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

QUEUES = ("bots", "outbound", "media", "campaigns", "reports", "default")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name, routing_key=name) for name in QUEUES]
app.conf.task_routes = ["helpdesk.core.tasks.queue_of"]
app.autodiscover_tasks()


def every(seconds: int, task: str) -> dict:
    """Return the calendar's entry for a task that comes again soon.

    It expires when the next is due: a worker that was away must not work through missed rounds.
    """
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def daily(hour: int, minute: int, task: str) -> dict:
    """Return the calendar's entry for a task once a day, in the site's time zone."""
    return {"task": task, "schedule": crontab(hour=hour, minute=minute)}


app.conf.beat_schedule = {
    # --- Lost wake-ups: what stands in a row and has not been done
    "what waits in the outbox": every(5, "conversations.tasks.sweep_outbox"),
    "messages whose hour has come": every(5, "conversations.tasks.queue_scheduled"),
    "bots that owe an answer": every(10, "bots.tasks.advance_overdue"),
    "files to fetch and to hand over": every(5, "conversations.tasks.sweep_attachments"),
    "statuses that came before their message": every(60, "conversations.tasks.sweep_statuses"),
    "imports that a worker has left": every(60, "conversations.tasks.sweep_imports"),
    # --- What has its hour
    "snoozes that end": every(30, "conversations.tasks.end_snoozes"),
    # --- Watching
    "channels": every(60, "conversations.tasks.check_channels"),
    "message templates": every(3600, "conversations.tasks.sync_templates"),
    "numbers with a QR code": every(10, "conversations.tasks.check_gateway"),
    "people whose page is gone": every(60, "accounts.tasks.put_absent_offline"),
    "people to notify once more": every(60, "conversations.tasks.sweep_notifications"),
    "customers who wait too long": every(30, "conversations.tasks.notify_waiting"),
    # --- Clearing up
    "old notifications": daily(3, 40, "conversations.tasks.prune_notifications"),
    "files and lines of old imports": daily(3, 30, "conversations.tasks.prune_imports"),
    "old raw webhooks": daily(3, 10, "conversations.tasks.prune_webhooks"),
    "old audit entries": daily(3, 20, "accounts.tasks.prune_audit"),
}


@setup_logging.connect
def _keep_django_logging(**_):
    """Being connected is enough: Celery then leaves logging as settings.LOGGING has made it."""
