"""Is it alive, is it ready: for load balancers, compose and people."""

import asyncio
import platform
import time
from collections.abc import Callable

import django
import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import helpdesk
from helpdesk.core import background_loop

log = structlog.get_logger(__name__)
LAYER_SECONDS = 2
BROKER_SECONDS = 2
MIGRATIONS_SECONDS = 5  # how long 'not yet applied' is believed; 'applied' for ever

_started = time.time()
_migrations_seen = {"applied": False, "pending": 0, "at": 0.0}


class NotReady(Exception):
    """The text may be shown to anybody."""


@never_cache
@require_safe
def live(request):
    """Answer 200 as long as this process answers at all."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request):
    """Answer 200 when everything that requests need is there, 503 and which part is not otherwise."""
    checks = {name: _outcome(name, check) for name, check in CHECKS.items()}
    is_ready = all(outcome == "ok" for outcome in checks.values())
    answer = {"status": "ok" if is_ready else "unavailable", "checks": checks}
    return JsonResponse(answer, status=200 if is_ready else 503)


@never_cache
@require_safe
def info(request):
    """Tell what runs here; nothing in it is secret, but the address is for people who are logged in."""
    return JsonResponse(
        {
            "name": settings.SITE_NAME,
            "version": helpdesk.__version__,
            "python": platform.python_version(),
            "django": django.get_version(),
            "database": connection.vendor,
            "embedded": settings.EMBEDDED,
            "uptime_seconds": int(time.time() - _started),
        }
    )


def _outcome(name: str, check: Callable[[], None]) -> str:
    """'ok' or a short reason. The address is public, so the error itself goes to the log only."""
    try:
        check()
    except NotReady as reason:
        return str(reason)
    except Exception as error:
        log.warning("health.check_failed", check=name, error=repr(error))
        return f"failed ({type(error).__name__})"
    else:
        return "ok"


def check_database() -> None:
    """Ask the database something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_broker() -> None:
    """Connect to the broker."""
    with helpdesk.celery_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
        broker.default_channel.queue_declare("default", passive=False, durable=True)


def check_channel_layer() -> None:
    """Send something to ourselves and receive it."""
    background_loop.submit(_round_trip()).result(timeout=LAYER_SECONDS + 1)


async def _round_trip() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel("health.")
    waiting = asyncio.ensure_future(layer.receive(channel))
    try:
        await layer.send(channel, {"type": "health.check"})
        await asyncio.wait_for(waiting, LAYER_SECONDS)
    finally:
        # A cancelled receive is what makes the layer forget the channel.
        waiting.cancel()


def check_migrations() -> None:
    """Look whether all migrations are applied; raises NotReady."""
    seen = _migrations_seen
    if not seen["applied"] and time.monotonic() - seen["at"] > MIGRATIONS_SECONDS:
        seen["pending"] = len(pending_migrations())
        seen["applied"], seen["at"] = seen["pending"] == 0, time.monotonic()
    if seen["pending"]:
        raise NotReady(f"{seen['pending']} not applied: run 'manage.py migrate'")


def pending_migrations() -> list:
    """Return the plan of what `migrate` would do."""
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


CHECKS = {
    "database": check_database,
    "broker": check_broker,
    "channel_layer": check_channel_layer,
    "migrations": check_migrations,
}
