"""Celery's entry points."""

from bots.actions import sessions
from helpdesk.core.tasks import task


# The sweep itself is the retry: it comes again in seconds.
@task(queue="bots", max_retries=0)
def advance_overdue():
    sessions.advance_overdue()
