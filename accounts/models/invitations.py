import hashlib
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import Role, User
from helpdesk.core.models import UUIDModel

VALID_HOURS = 72


def in_72_hours():
    return timezone.now() + timedelta(hours=VALID_HOURS)


def token_hash(token: str) -> str:
    """Return what is kept of a token: it has 256 random bits, so a plain hash cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet):
    def unanswered(self):
        """Neither accepted nor revoked; may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self):
        """Those with which somebody can still come in."""
        return self.unanswered().filter(expires_at__gt=timezone.now())

    def with_token(self, token: str):
        return self.filter(token_hash=token_hash(token))


class Invitation(UUIDModel):
    """Somebody may come in, once, with this role and into these queues.

    Only the hash of the link's token is kept. `queue_ids` are facts for the floor above, which
    owns the queues and hears of the acceptance by an event.
    """

    email = models.EmailField(_("e-mail"))
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AGENT)
    queue_ids = models.JSONField(_("queues"), default=list, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"), default=in_72_hours)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        unanswered = self.accepted_at is None and self.revoked_at is None
        return unanswered and self.expires_at > timezone.now()
