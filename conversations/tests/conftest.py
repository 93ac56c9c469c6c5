import pytest


@pytest.fixture(autouse=True)
def fresh_secrets():
    """Each test has channels of its own; the webhook keeps their secrets for some seconds."""
    from conversations import webhook_secrets

    webhook_secrets.forget()
