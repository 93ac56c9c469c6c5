from django.core.management.commands import flush
from django.db import connections

from accounts.audit.append_only import forgetting


class Command(flush.Command):
    help = (
        "Empties the database, the audit trail included, which otherwise lets nothing be deleted."
    )

    def handle(self, **options):
        with forgetting(connections[options["database"]]):
            super().handle(**options)
