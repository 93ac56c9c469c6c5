"""Passwords that were forgotten."""

from allauth.account.forms import default_token_generator
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from accounts.actions.mails import send_mail
from accounts.models import User


def send_reset_link(email: str) -> int:
    """Mail a link for a new password to whoever has this address; return how many were sent.

    Called from a task for known and unknown addresses alike: the page that asked for it answers
    the same, as fast, whoever exists.
    """
    people = User.objects.active().filter(email__iexact=email.strip()).exclude(email="")
    for user in people:
        send_mail("password_reset", user.email, {"person": user, "link": reset_link(user)})
    return len(people)


def reset_link(user: User) -> str:
    """Return the link; the key stands in the query, which our log does not keep.

    From BASE_URL, never from the request: a forged Host header must not lead people elsewhere.
    """
    query = urlencode({"person": user.pk.hex, "key": default_token_generator.make_token(user)})
    return f"{settings.BASE_URL}{reverse('accounts:open_reset')}?{query}"
