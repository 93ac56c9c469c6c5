"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.unlocking import note_locked
from accounts.addresses import client_address
from accounts.backends import find_user
from accounts.lockout import Attempt

# The page itself shows that one is logged in or out.
SILENT_MESSAGES = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
LOCKED = "locked"


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; administrators invite and create people."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong codes. Try again in 15 minutes, or ask an administrator to unlock you."
        ),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        return client_address(request)

    def get_password_change_redirect_url(self, request) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def authenticate(self, request, **credentials):
        """Check a password, unless too many were wrong (accounts/lockout.py)."""
        login = credentials.get("email") or credentials.get("username") or ""
        attempt = Attempt(request, login, find_user(login))
        seconds = attempt.begin()
        if seconds:
            note_locked(attempt.user, request, seconds)
            raise ValidationError(locked_text(seconds), code=LOCKED, params={"seconds": seconds})
        user = authenticate(request, **credentials)
        if user:
            attempt.succeeded()
        else:
            self.authentication_failed(request, **credentials)
        return user

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        if message_template not in SILENT_MESSAGES:
            super().add_message(request, level, message_template, *args, **kwargs)


def locked_text(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many wrong passwords. Try again in %(minutes)d minute, or ask an administrator to unlock you.",
        "Too many wrong passwords. Try again in %(minutes)d minutes, or ask an administrator to unlock you.",
        minutes,
    ) % {"minutes": minutes}
