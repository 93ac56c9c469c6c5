from importlib import import_module
from pkgutil import iter_modules

from django.core.management.base import BaseCommand
from django.db import transaction

from helpdesk.seeds import scenarios

NAMES = sorted(module.name for module in iter_modules(scenarios.__path__))


class Command(BaseCommand):
    help = "Fills the database with a little world to look at."

    def add_arguments(self, parser):
        parser.add_argument("scenario", choices=NAMES)

    @transaction.atomic
    def handle(self, *, scenario, **options):
        for line in import_module(f"helpdesk.seeds.scenarios.{scenario}").seed():
            self.stdout.write(line)
