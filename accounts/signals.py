"""What happens in this app when somebody logs in, logs out or changes their password."""

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in, user_logged_out

from accounts import lockout
from accounts.actions.presence import come_online, set_availability
from accounts.actions.sessions import after_new_password, forget_session, start_session
from accounts.actions.two_factor import rotate_secrets
from accounts.models import UserSession
from accounts.models.users import Availability
from helpdesk.core import rotation


def connect() -> None:
    rotation.others["second factors"] = rotate_secrets
    user_logged_in.connect(on_login, dispatch_uid="accounts.login")
    user_logged_out.connect(on_logout, dispatch_uid="accounts.logout")
    for signal in (password_changed, password_reset, password_set):
        signal.connect(on_new_password, dispatch_uid="accounts.new_password")


def on_login(sender, request, user, **kwargs) -> None:
    if hasattr(request, "session"):
        start_session(user, request)
    come_online(user)


def on_logout(sender, request, user, **kwargs) -> None:
    if hasattr(request, "session"):
        forget_session(request.session.session_key)
    # A second device may still be at work.
    if user is not None and not UserSession.objects.filter(user=user).exists():
        set_availability(user, Availability.OFFLINE)


def on_new_password(sender, request, user, **kwargs) -> None:
    after_new_password(user, request)
    # Whoever has proved that the mailbox is theirs need not wait any longer.
    lockout.unlock(user)
