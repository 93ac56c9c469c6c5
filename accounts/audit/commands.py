"""What manage.py is told to do, on the record.

The commands that run or furnish the product act for nobody. All others act for whoever typed them;
those that change data are an entry of their own when they have come to their end.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from accounts.audit.context import acting

log = structlog.get_logger(__name__)
QUIET = {
    "", "help", "start", "drain", "simulator", "prepare", "wait_for_services", "seed", "ci",
    "runserver", "test", "check", "collectstatic", "migrate", "makemigrations",
}  # fmt: skip
# Django's own that change data; of ours, all do.
DJANGOS = {"changepassword", "createsuperuser", "flush", "loaddata", "shell", "dbshell"}
OUR_PACKAGES = {"helpdesk", "accounts", "conversations", "bots", "campaigns", "reports"}


@contextmanager
def on_the_record(arguments: list[str]) -> Iterator[None]:
    """Run manage.py's command inside the block; one that fails is no entry of its own."""
    name = arguments[1] if len(arguments) > 1 else ""
    if name in QUIET or name.startswith("-"):
        yield
        return
    with acting(command=name):
        yield
        _record(name)


def _record(name: str) -> None:
    # Imported late: manage.py comes here before the apps are loaded.
    from django.apps import apps
    from django.db import DatabaseError

    if apps.ready and _changes_data(name):
        from accounts.actions import audit

        try:
            audit.record_command(name)
        except DatabaseError as error:
            # Before the first migration there is no trail; the command itself has been run.
            log.warning("audit.command_not_recorded", command=name, error=str(error))


def _changes_data(name: str) -> bool:
    from django.core.management import get_commands

    app = get_commands().get(name)
    owner = app if isinstance(app, str) else type(app).__module__
    return name in DJANGOS or owner.split(".")[0] in OUR_PACKAGES
