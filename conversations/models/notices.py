"""What administrators and supervisors are to know about a number, an account or a service."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.channels import Channel, Waba
from helpdesk.core.models import UUIDModel


class NoticeKind(models.TextChoices):
    CHANNEL_STOPPED = "channel_stopped", _("Number stopped")
    PAYMENT = "payment", _("Payment problem")
    QUALITY = "quality", _("Quality fell")
    LIMIT = "limit", _("Limit changed")
    NAME = "name", _("Display name")
    ACCOUNT = "account", _("Account")
    ALERT = "alert", _("Alert from Meta")
    REVIEW = "review", _("Account review")
    SECURITY = "security", _("Security")
    BREAKER = "breaker", _("Service left alone")


class NoticeQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody has dismissed and that have not ended by themselves."""
        return self.filter(resolved_at=None)

    def for_user(self, user):
        """All for administrators; for others those about numbers of their queues."""
        if user.is_admin:
            return self
        own = Channel.objects.for_user(user)
        return self.filter(
            models.Q(channel__in=own.values("pk")) | models.Q(waba__in=own.values("waba"))
        )

    def newest_first(self):
        return self.order_by("-occurred_at", "-id")


class Notice(UUIDModel):
    """One episode of something that somebody has to know; facts only, the words come when read."""

    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind.choices)
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="notices"
    )
    waba = models.ForeignKey(Waba, models.CASCADE, null=True, blank=True, related_name="notices")
    cause = models.CharField(_("cause"), max_length=200)
    data = models.JSONField(_("facts"), default=dict, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["cause"],
                condition=models.Q(resolved_at=None),
                name="conversations_notice_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["-occurred_at", "-id"],
                condition=models.Q(resolved_at=None),
                name="conversations_notice_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"
