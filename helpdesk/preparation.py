"""What has to be done before the first request of a start: quick when nothing is new."""

from django.conf import settings
from django.core.management import call_command

from helpdesk import health, seeds
from helpdesk.core import broker
from helpdesk.core.static import collect_when_changed


def prepare() -> list[str]:
    """Migrate, collect static files, set up what is new; return lines for the person at the screen.

    Safe to run again at any time, also after a run that was killed half-way.
    """
    if not settings.REDIS_URL:
        broker.tidy(settings.DATA_DIR / "broker")
    if health.pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    collect_when_changed()
    return _set_up()


def _set_up() -> list[str]:
    lines = seeds.first_start()
    if settings.DEMO:
        lines += seeds.demo()
    return lines
