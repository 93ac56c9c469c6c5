from django.core.management.base import BaseCommand

from helpdesk.preparation import prepare


class Command(BaseCommand):
    help = "Migrates, collects static files and sets up a new installation. Run once per release."

    def handle(self, **options):
        for line in prepare():
            self.stdout.write(line)
