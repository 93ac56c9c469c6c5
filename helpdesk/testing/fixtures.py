"""The cast as pytest fixtures; the root conftest.py names this file as a plugin.

pytest loads plugins before the settings are known, so models are imported inside the fixtures.
"""

import pytest
from django.test import Client, override_settings


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords():
    with override_settings(PASSWORD_BCRYPT_ROUNDS=4):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_flush():
    from django.db.backends.postgresql.operations import DatabaseOperations

    from helpdesk.testing.flushing import sql_flush

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session", autouse=True)
def house_templates():
    yield
    from helpdesk.testing.house_template import drop_all

    drop_all()


@pytest.fixture
def cast(db):
    from helpdesk.testing.cast import create_cast

    return create_cast()


@pytest.fixture
def ana(cast):
    return cast.ana


@pytest.fixture
def bruno(cast):
    return cast.bruno


@pytest.fixture
def celia(cast):
    return cast.celia


@pytest.fixture
def davi(cast):
    return cast.davi


@pytest.fixture
def vera(cast):
    return cast.vera


@pytest.fixture
def support(cast):
    return cast.support


@pytest.fixture
def finance(cast):
    return cast.finance


@pytest.fixture
def channel(cast):
    return cast.channel


@pytest.fixture
def zeca(cast):
    return cast.zeca


@pytest.fixture
def contact(cast):
    return cast.contact


@pytest.fixture
def conversation(cast):
    """Zeca waits in Suporte."""
    from helpdesk.testing.cast import waiting_conversation

    return waiting_conversation(cast.contact, cast.support)


@pytest.fixture
def client_of():
    """A test client that is logged in as somebody: `client_of(ana).get(...)`."""

    def logged_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in
