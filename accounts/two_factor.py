"""The second factor: a code from an authenticator app, or a recovery code (django-allauth[mfa])."""

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from cryptography.fernet import InvalidToken
from django.core.cache import cache

from accounts.models import SiteSetting, User, site_setting
from helpdesk.core.fields import UndecryptableValue, fernet

# A code is good for its own 30 s and one period before and after (MFA_TOTP_TOLERANCE).
CODE_LIVES_SECONDS = 120


class TwoFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with FERNET_KEYS before they are stored."""

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise UndecryptableValue(
                "A second factor cannot be opened with any of FERNET_KEYS."
            ) from error


class OnceOnly:
    """A code that has been used is not taken again while it lives, whatever it was used for."""

    def clean_code(self):
        code = super().clean_code()
        if not cache.add(f"second-factor:{self.user.pk}:{code.strip()}", True, CODE_LIVES_SECONDS):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class LoginCodeForm(OnceOnly, AuthenticateForm):
    pass


class ConfirmCodeForm(OnceOnly, ReauthenticateForm):
    pass


class SetUpForm(OnceOnly, ActivateTOTPForm):
    """Setting up an app. The secret waits in the session encrypted, never as it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        session, adapter = context.request.session, get_mfa_adapter()
        if self.is_bound:
            self.secret = _opened(adapter, self.secret)
        session[SECRET_SESSION_KEY] = adapter.encrypt(self.secret)


def _opened(adapter: TwoFactorAdapter, kept: str) -> str:
    """Return the secret that was shown; one just made has not been encrypted yet."""
    try:
        return adapter.decrypt(kept)
    except UndecryptableValue:
        return kept


def is_required(user: User) -> bool:
    return getattr(user, "role", None) in site_setting("two_factor_roles")


def is_owed(user: User) -> bool:
    """Whether their role needs one and they have none: asked of the database, not of the cache, for
    a socket has to hear at once that it became so.
    """
    row = SiteSetting.objects.filter(pk="two_factor_roles").first()
    return row is not None and user.role in row.value and not is_on(user)


def is_on(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def people_with_it(user_ids) -> set:
    """Return those of the people who have a second factor."""
    rows = Authenticator.objects.filter(user__in=user_ids, type=Authenticator.Type.TOTP)
    return set(rows.values_list("user_id", flat=True))


def recovery_codes_left(user: User) -> int:
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0
