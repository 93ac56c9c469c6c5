from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.single import take_folder
from helpdesk.preparation import prepare

PORT_TAKEN = "Port {port} is taken. Choose another one: PORT={other} make run"
FOLDER_TAKEN = "Another one is running on {folder}. Stop it, or choose another DATA_DIR and PORT."


class Command(BaseCommand):
    help = (
        "Prepares and runs everything in this one process: pages, sockets, worker, beat, drainer."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--host", help="address to listen on (this machine only, unless BASE_URL names another)"
        )

    def handle(self, *, host, **options):
        lock = take_folder(settings.DATA_DIR)
        if lock is None:
            raise CommandError(FOLDER_TAKEN.format(folder=settings.DATA_DIR))

        # Twisted's reactor must be installed before anything else imports Twisted.
        import daphne.server  # noqa: F401

        for line in prepare():
            self.stdout.write(line)
        self.stdout.flush()

        # After the preparation: WhiteNoise looks once, when the application is made, which static
        # files there are.
        from helpdesk.all_in_one import AllInOne

        if not AllInOne(host, self.stdout).run():
            raise CommandError(PORT_TAKEN.format(port=settings.PORT, other=settings.PORT + 1))
