"""What several tests of people need."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from helpdesk.testing.cast import PASSWORD


def log_in(client, login="ana", password=PASSWORD, address="192.0.2.1", **form):
    fields = {"login": login, "password": password, **form}
    return client.post(reverse("account_login"), fields, REMOTE_ADDR=address)


def is_logged_in(client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str, periods: int = 0) -> str:
    """What the app shows; each test step takes a period of its own, since codes work once."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def confirm_password(client, password=PASSWORD):
    return client.post(reverse("account_reauthenticate"), {"password": password})


def switch_on(client) -> str:
    """Set up a second factor; return its secret."""
    confirm_password(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret, -1)})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret
