import time

from django.core.management.base import BaseCommand, CommandError

from helpdesk import health

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    help = (
        "Waits until database and broker answer (and, with --migrated, all migrations are applied)."
    )

    def add_arguments(self, parser):
        parser.add_argument("--timeout", type=float, default=60, help="seconds (60)")
        parser.add_argument("--migrated", action="store_true", help="wait for the migrations too")

    def handle(self, *, timeout, migrated, **options):
        checks = [health.check_database, health.check_broker]
        if migrated:
            checks.append(health.check_migrations)
        until = time.monotonic() + timeout
        for check in checks:
            self._wait(check, until)

    def _wait(self, check, until):
        while True:
            try:
                return check()
            except Exception as error:
                if time.monotonic() > until:
                    raise CommandError(f"{check.__name__}: {error}") from error
                time.sleep(PAUSE_SECONDS)
