"""Logins and their failures, and sessions that somebody ended."""

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from accounts import events
from accounts.actions import audit
from accounts.audit.context import current_origin
from accounts.audit.redaction import masked_login
from accounts.models import User
from accounts.models.audit import AuditKind


def connect() -> None:
    user_logged_in.connect(on_login, dispatch_uid="accounts.audit.login")
    user_login_failed.connect(on_failure, dispatch_uid="accounts.audit.login_failed")
    user_logged_out.connect(on_logout, dispatch_uid="accounts.audit.logout")
    events.sessions_ended.connect(on_sessions_ended, dispatch_uid="accounts.audit.sessions")


def on_login(sender, request, user, **kwargs) -> None:
    audit.record(AuditKind.LOGIN, actor=user, target=user, request=request)


def on_failure(sender, credentials, request=None, **kwargs) -> None:
    """Name whom it meant when there is such a person; else as little as tells attempts apart."""
    login = str(credentials.get("username") or credentials.get("email") or "")
    meant = audit.user_named(login)
    audit.record(
        AuditKind.LOGIN_FAILED,
        actor=masked_login(login),
        target=meant,
        request=request,
        login=masked_login(login),
    )


def on_logout(sender, request, user, **kwargs) -> None:
    if user is not None:
        audit.record(AuditKind.LOGOUT, actor=user, target=user, request=request)


def on_sessions_ended(sender, user_id, session_keys, **kwargs) -> None:
    """Sessions that ran out of time end without anybody's doing; they are no entry."""
    if not current_origin().is_somebody:
        return
    user = User.objects.filter(pk=user_id).first()
    audit.record(AuditKind.SESSION_REVOKED, target=user, sessions=len(session_keys))
