import os

import pytest
from django.conf import settings

from conversations import webhook_secrets
from helpdesk.testing.house import House

# CI proves the same at a tenth of the size; `make bench` sets PROCESS_TESTS=full.
IS_FULL = os.environ.get("PROCESS_TESTS") == "full"


@pytest.fixture(autouse=True)
def _fresh_secrets():
    """They are kept for seconds, longer than a test's channel lives."""
    webhook_secrets.forget()


@pytest.fixture(scope="session")
def is_full():
    return IS_FULL


@pytest.fixture(scope="session")
def build_house(tmp_path_factory):
    """Build a house on what is under test: embedded, or PostgreSQL and Redis as processes."""

    def build(**options) -> House:
        folder = tmp_path_factory.mktemp("house")
        return House(folder, url=settings.DATABASE_URL, redis_url=settings.REDIS_URL, **options)

    return build
