import pytest

from conversations.tests.providers.cloud import graph_server


@pytest.fixture
def graph():
    with graph_server.running() as server:
        yield server
