"""The one policy of all background tasks.

A task takes ids, loads its row and makes one call. It may run twice and may be lost: what matters
stands in a row that a sweeper looks at.
"""

from collections.abc import Callable
from functools import wraps

import structlog
from celery import current_app, shared_task
from celery.signals import before_task_publish, task_prerun
from django.core.exceptions import ObjectDoesNotExist

log = structlog.get_logger(__name__)
MAX_RETRIES = 5
LONGEST_WAIT_SECONDS = 300
SOFT_LIMIT_SECONDS = 240
# Below the broker's visibility time-out (an hour), after which a task would run a second time.
HARD_LIMIT_SECONDS = 300


def task(queue: str = "default", max_retries: int = MAX_RETRIES, **options) -> Callable:
    """Make a function a task of `queue`: acknowledged late, limited in time, retried when it fails.

    Retries wait 1, 2, 4 ... seconds (at most 300) with jitter. When the row that the task is about
    has vanished (ObjectDoesNotExist) it ends quietly. Call it with `.delay(id)`; the function
    itself stays reachable as `.run`. `options` go to Celery (`name`, `time_limit`, ...).
    """

    def decorate(function):
        @wraps(function)
        def run(*ids):
            try:
                return function(*ids)
            except ObjectDoesNotExist as error:
                gone = [str(row_id) for row_id in ids]
                log.info("task.row_gone", task=function.__name__, ids=gone, error=str(error))

        policy = {
            "work_queue": queue,
            "acks_late": True,
            "ignore_result": True,
            "autoretry_for": (Exception,),
            "max_retries": max_retries,
            "retry_backoff": True,
            "retry_backoff_max": LONGEST_WAIT_SECONDS,
            "retry_jitter": True,
            "soft_time_limit": SOFT_LIMIT_SECONDS,
            "time_limit": HARD_LIMIT_SECONDS,
        }
        return shared_task(**policy | options)(run)

    return decorate


def queue_of(name, args, kwargs, options, task=None, **_) -> dict | None:
    """Tell Celery where a task goes (see task_routes): to the queue named in its decorator."""
    queue = getattr(task or current_app.tasks.get(name), "work_queue", None)
    return {"queue": queue} if queue else None


@before_task_publish.connect
def _send_request_id_along(headers=None, **_):
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if headers is not None and request_id:
        headers["request_id"] = request_id


@task_prerun.connect
def _take_up_request_id(task_id=None, task=None, **_):
    structlog.contextvars.clear_contextvars()
    request_id = getattr(task.request, "request_id", None) or task_id
    structlog.contextvars.bind_contextvars(request_id=request_id, task=task.name)
