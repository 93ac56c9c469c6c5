"""The audit trail: who did what to which object, and what was there before."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import UUIDModel

LABEL_LENGTH = 200


class AuditKind(models.TextChoices):
    LOGIN = "login", _("Logged in")
    LOGIN_FAILED = "login_failed", _("Failed to log in")
    LOGOUT = "logout", _("Logged out")
    LOCKED = "locked", _("Login locked")
    UNLOCKED = "unlocked", _("Login unlocked")
    SESSION_REVOKED = "session_revoked", _("Sessions ended")
    TWO_FACTOR_ENABLED = "two_factor_enabled", _("Two-factor enabled")
    TWO_FACTOR_DISABLED = "two_factor_disabled", _("Two-factor disabled")
    RECOVERY_CODES_CREATED = "recovery_codes_created", _("Recovery codes created")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    USER_CREATED = "user_created", _("User created")
    USER_CHANGED = "user_changed", _("User changed")
    USER_DEACTIVATED = "user_deactivated", _("User deactivated")
    USER_REACTIVATED = "user_reactivated", _("User reactivated")
    USER_DELETED = "user_deleted", _("User deleted")
    ROLE_CHANGED = "role_changed", _("Role changed")
    QUEUES_CHANGED = "queues_changed", _("Queues of a person changed")
    INVITATION_CREATED = "invitation_created", _("Invitation created")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
    INVITATION_REVOKED = "invitation_revoked", _("Invitation withdrawn")
    INVITATION_CHANGED = "invitation_changed", _("Invitation changed")
    SETTING_CHANGED = "setting_changed", _("Site setting changed")
    CHANNEL_CHANGED = "channel_changed", _("Channel changed")
    QUEUE_CHANGED = "queue_changed", _("Queue settings changed")
    CANNED_RESPONSE_CHANGED = "canned_response_changed", _("Canned response changed")
    BOT_CHANGED = "bot_changed", _("Bot changed")
    FLOW_PUBLISHED = "flow_published", _("Flow published")
    CUSTOMER_CHANGED = "customer_changed", _("Customer changed")
    OBJECT_CHANGED = "object_changed", _("Configuration changed")
    CUSTOMER_OPENED = "customer_opened", _("Customer opened")
    DOCUMENT_REVEALED = "document_revealed", _("Document revealed")
    EXPORT = "export", _("Export")
    COMMAND = "command", _("Command run")
    ADMIN_ACTION = "admin_action", _("Action on several")
    REPLAY = "replay", _("Webhooks replayed")
    RETENTION = "retention", _("Old entries deleted")


K = AuditKind
# What people look for together; the pages offer these as one choice.
KIND_GROUPS = {
    "logins": (_("Logins"), [K.LOGIN, K.LOGIN_FAILED, K.LOGOUT, K.LOCKED, K.UNLOCKED, K.SESSION_REVOKED]),
    "security": (
        _("Security"),
        [K.TWO_FACTOR_ENABLED, K.TWO_FACTOR_DISABLED, K.RECOVERY_CODES_CREATED, K.PASSWORD_CHANGED],
    ),
    "people": (
        _("People and rights"),
        [
            K.USER_CREATED, K.USER_CHANGED, K.USER_DEACTIVATED, K.USER_REACTIVATED, K.USER_DELETED,
            K.ROLE_CHANGED, K.QUEUES_CHANGED, K.INVITATION_CREATED, K.INVITATION_ACCEPTED,
            K.INVITATION_REVOKED, K.INVITATION_CHANGED,
        ],
    ),
    "settings": (
        _("Settings"),
        [
            K.SETTING_CHANGED, K.CHANNEL_CHANGED, K.QUEUE_CHANGED, K.CANNED_RESPONSE_CHANGED,
            K.BOT_CHANGED, K.FLOW_PUBLISHED, K.OBJECT_CHANGED,
        ],
    ),
    "personal": (_("Personal data"), [K.CUSTOMER_OPENED, K.DOCUMENT_REVEALED, K.CUSTOMER_CHANGED]),
    "exports": (_("Exports"), [K.EXPORT]),
    "operations": (_("Operations"), [K.COMMAND, K.ADMIN_ACTION, K.REPLAY, K.RETENTION]),
}  # fmt: skip


class AuditSource(models.TextChoices):
    PAGE = "page", _("Page")
    ADMIN = "admin", _("Administration")
    API = "api", _("API")
    COMMAND = "command", _("Command")
    SYSTEM = "system", _("System")


class AppendOnly(Exception):
    """Somebody tried to change or delete what has been written down for good."""

    def __init__(self):
        super().__init__("The audit trail is append-only.")


class AuditQuerySet(models.QuerySet):
    """Adds and finds; whatever else a queryset does is refused, by the database as well."""

    def newest_first(self):
        return self.order_by("-occurred_at", "-id")

    def update(self, **values):
        raise AppendOnly

    def delete(self):
        raise AppendOnly

    def bulk_update(self, *arguments, **options):
        raise AppendOnly

    def bulk_create(self, rows, *arguments, update_conflicts=False, **options):
        if update_conflicts:
            raise AppendOnly
        return super().bulk_create(rows, *arguments, **options)


class AuditEntry(UUIDModel):
    """One thing somebody did. Names stand beside ids, so that it survives whom it tells of.

    No foreign keys: one that is set to null or cascades would change or delete the entry.
    """

    occurred_at = models.DateTimeField(_("when"), default=timezone.now)
    kind = models.CharField(_("what"), max_length=30, choices=AuditKind.choices)
    source = models.CharField(_("by way of"), max_length=8, choices=AuditSource.choices)
    actor_id = models.UUIDField(_("person"), null=True, blank=True)
    actor_name = models.CharField(_("who"), max_length=LABEL_LENGTH, blank=True)
    target_type = models.CharField(_("kind of object"), max_length=100, blank=True)
    target_id = models.CharField(_("object id"), max_length=64, blank=True)
    target_label = models.CharField(_("object"), max_length=LABEL_LENGTH, blank=True)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    user_agent = models.CharField(_("device"), max_length=120, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    # What must be written once only, however often it happens, is named here.
    once = models.CharField(max_length=160, null=True, unique=True, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        base_manager_name = "objects"
        default_permissions = ["view"]
        indexes = [
            models.Index(fields=["-occurred_at", "-id"], name="accounts_audit_newest"),
            models.Index(fields=["actor_id", "-occurred_at"], name="accounts_audit_actor"),
            models.Index(fields=["kind", "-occurred_at"], name="accounts_audit_kind"),
            models.Index(
                fields=["target_type", "target_id", "-occurred_at"], name="accounts_audit_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M} {self.actor_name} {self.kind}"

    def save(self, **options):
        if not self._state.adding:
            raise AppendOnly
        super().save(**{**options, "force_insert": True})

    def delete(self, *arguments, **options):
        raise AppendOnly
