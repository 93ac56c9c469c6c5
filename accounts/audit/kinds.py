"""What a change of a row is called in the trail, and whom or what it is about.

Models are named by strings because most of them stand on the floors above.
"""

from django.db.models import Model

from accounts.audit.context import current_origin
from accounts.models.audit import AuditKind

KINDS = {
    "accounts.sitesetting": AuditKind.SETTING_CHANGED,
    "conversations.channel": AuditKind.CHANNEL_CHANGED,
    "conversations.waba": AuditKind.CHANNEL_CHANGED,
    "conversations.queue": AuditKind.QUEUE_CHANGED,
    "conversations.businesshours": AuditKind.QUEUE_CHANGED,
    "conversations.holiday": AuditKind.QUEUE_CHANGED,
    "conversations.slapolicy": AuditKind.QUEUE_CHANGED,
    "conversations.closingreason": AuditKind.QUEUE_CHANGED,
    "conversations.queuemembership": AuditKind.QUEUES_CHANGED,
    "conversations.cannedresponse": AuditKind.CANNED_RESPONSE_CHANGED,
    "conversations.customer": AuditKind.CUSTOMER_CHANGED,
    "bots.bot": AuditKind.BOT_CHANGED,
    "bots.flow": AuditKind.BOT_CHANGED,
    "bots.keywordrule": AuditKind.BOT_CHANGED,
}
# What the product itself keeps in these rows, often, and what is only its owner's taste.
IGNORED = {
    "accounts.user": frozenset(
        {
            "availability",
            "availability_since",
            "away_reason",
            "last_seen_at",
            "last_login",
            "preferences",
            "theme",
        }
    ),  # fmt: skip
    "mfa.authenticator": frozenset({"data", "user", "created_at", "last_used_at"}),
    "conversations.channel": frozenset({"status", "health"}),
    "conversations.cannedresponse": frozenset({"uses"}),
    "conversations.customer": frozenset({"last_contacted_at", "version"}),
}
# Rows that only tie something to a person are about that person.
ABOUT = {"conversations.queuemembership": "user", "mfa.authenticator": "user"}
# Actions of lists in the administration that have a kind of their own.
ADMIN_ACTIONS = {
    "replay_parked": AuditKind.REPLAY,
    "log_out_everywhere": AuditKind.SESSION_REVOKED,
}


def kind_of(instance: Model, before: dict | None, after: dict | None) -> str | None:
    """Return an AuditKind; None for what is no change in anybody's eyes."""
    label = instance._meta.label_lower
    if label in SPECIAL:
        return SPECIAL[label](instance, before, after)
    return KINDS.get(label, AuditKind.OBJECT_CHANGED)


def target_of(instance: Model) -> Model:
    """Return the row a change is about."""
    about = ABOUT.get(instance._meta.label_lower)
    return getattr(instance, about) if about else instance


def _kind_of_user(user, before, after) -> str | None:
    if before is None:
        return AuditKind.USER_CREATED
    if after is None:
        return AuditKind.USER_DELETED
    if "role" in after:
        return AuditKind.ROLE_CHANGED
    if "is_active" in after:
        return AuditKind.USER_REACTIVATED if user.is_active else AuditKind.USER_DEACTIVATED
    if "password" in after and set(after) <= {"password", "must_change_password"}:
        # Without the new password in hand it is the same one, hashed anew at a login.
        return AuditKind.PASSWORD_CHANGED if user._password is not None else None
    return AuditKind.USER_CHANGED


def _kind_of_invitation(invitation, before, after) -> str:
    if before is None:
        return AuditKind.INVITATION_CREATED
    if after is None or "revoked_at" in after:
        return AuditKind.INVITATION_REVOKED
    return AuditKind.INVITATION_ACCEPTED if "accepted_at" in after else AuditKind.INVITATION_CHANGED


def _kind_of_flow_version(version, before, after) -> str:
    is_published = after is not None and after.get("state") == "published"
    return AuditKind.FLOW_PUBLISHED if is_published else AuditKind.BOT_CHANGED


def _kind_of_second_factor(authenticator, before, after) -> str | None:
    """Recovery codes are made together with the factor they stand in for, and go with it.

    What an administrator takes away from somebody is told by that action itself.
    """
    is_codes = authenticator.type == "recovery_codes"
    if before is None:
        return AuditKind.RECOVERY_CODES_CREATED if is_codes else AuditKind.TWO_FACTOR_ENABLED
    request = current_origin().request
    is_own = request is None or request.user.pk == authenticator.user_id
    is_gone = after is None and not is_codes
    return AuditKind.TWO_FACTOR_DISABLED if is_gone and is_own else None


SPECIAL = {
    "mfa.authenticator": _kind_of_second_factor,
    "accounts.user": _kind_of_user,
    "accounts.invitation": _kind_of_invitation,
    "bots.flowversion": _kind_of_flow_version,
}
