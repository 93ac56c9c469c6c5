from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.fields import UndecryptableValue
from helpdesk.core.rotation import rotate_all


class Command(BaseCommand):
    help = (
        "Encrypts all stored secrets anew with the first key of FERNET_KEYS. First put a new key in"
        " front of the old one and restart; then run this; then remove the old key and restart."
    )

    def handle(self, **options):
        try:
            for name, count in rotate_all():
                self.stdout.write(f"{name}: {count}")
        except UndecryptableValue as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Done. Keys after the first can be removed from FERNET_KEYS.")
