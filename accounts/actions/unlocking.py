"""Being locked out, and letting somebody try again."""

from allauth.core import context, ratelimit

from accounts import lockout
from accounts.actions.audit import record
from accounts.models import User
from accounts.models.audit import AuditKind


def note_locked(user: User | None, request, seconds: int) -> None:
    """Write down, once per locking, that too many passwords were wrong."""
    if lockout.is_news(user, request):
        record(AuditKind.LOCKED, target=user, request=request, minutes=-(-seconds // 60))


def unlock(user: User, *, by: User) -> None:
    """Forget wrong passwords and wrong codes of somebody, and of the addresses they came from."""
    lockout.unlock(user)
    ratelimit.clear(context.request, action="login_failed", key=f"mfa-auth-user-{user.pk}")
    record(AuditKind.UNLOCKED, actor=by, target=user)
