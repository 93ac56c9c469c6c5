"""The second factor, taken away by an administrator from somebody who has lost it."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import events
from accounts.actions.audit import record
from accounts.actions.sessions import end_sessions
from accounts.models import User
from accounts.models.audit import AuditKind
from accounts.two_factor import is_owed
from helpdesk.core.rotation import again

# What allauth keeps of an authenticator app, and of recovery codes.
SECRETS = ("secret", "seed")


def reset_two_factor(user: User, *, by: User) -> bool:
    """Remove app and recovery codes of somebody and log them out everywhere; True if there were any.

    Where their role needs a second factor they set it up again at the next login.
    """
    with transaction.atomic():
        removed, _rows = Authenticator.objects.filter(user=user).delete()
        if removed:
            end_sessions(user)
            record(AuditKind.TWO_FACTOR_DISABLED, actor=by, target=user, factor="all")
    return bool(removed)


def enforce() -> int:
    """Close the sockets of everybody whose role needs a second factor that they do not have.

    Called after the setting has changed; their pages lead them to setting one up. Returns how many.
    """
    waiting = [user for user in User.objects.active() if is_owed(user)]
    for user in waiting:
        events.publish(events.access_changed, user.pk)
    return len(waiting)


def rotate_secrets() -> int:
    """Encrypt the secrets of all second factors with the first key of FERNET_KEYS; return how many."""
    return sum(_rotate(pk) for pk in list(Authenticator.objects.values_list("pk", flat=True)))


@transaction.atomic
def _rotate(pk) -> bool:
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    row.data |= {key: again(row.data[key]) for key in SECRETS if key in row.data}
    row.save(update_fields=["data"])
    return True
