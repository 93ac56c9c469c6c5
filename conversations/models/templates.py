from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.channels import Channel, Waba
from helpdesk.core.models import UUIDModel


class TemplateStatus(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    PENDING = "PENDING", _("In review")
    APPROVED = "APPROVED", _("Approved")
    REJECTED = "REJECTED", _("Rejected")
    PAUSED = "PAUSED", _("Paused")
    DISABLED = "DISABLED", _("Disabled")
    IN_APPEAL = "IN_APPEAL", _("In appeal")
    ARCHIVED = "ARCHIVED", _("Archived")
    LOCKED = "LOCKED", _("Locked")
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED", _("Over the limit")
    PENDING_DELETION = "PENDING_DELETION", _("Being deleted")
    DELETED = "DELETED", _("Gone at WhatsApp")


class TemplateCategory(models.TextChoices):
    UTILITY = "UTILITY", _("Utility")
    MARKETING = "MARKETING", _("Marketing")
    AUTHENTICATION = "AUTHENTICATION", _("Authentication")


# What WhatsApp lets one change (spec/03, 3.3); a draft is ours alone.
EDITABLE = frozenset(
    {
        TemplateStatus.DRAFT,
        TemplateStatus.APPROVED,
        TemplateStatus.REJECTED,
        TemplateStatus.PAUSED,
    }
)


class TemplateQuerySet(models.QuerySet):
    def approved(self):
        """Those that may be sent."""
        return self.filter(status=TemplateStatus.APPROVED)

    def of_channel(self, channel: Channel):
        """Those of the account a number belongs to; none where it has no account."""
        return self.filter(waba_id=channel.waba_id) if channel.waba_id else self.none()

    def at_whatsapp(self):
        """Those that WhatsApp has, or had when it was last asked."""
        return self.exclude(status__in=[TemplateStatus.DRAFT, TemplateStatus.DELETED])

    def in_order(self):
        return self.order_by("name", "language")


class Template(UUIDModel):
    """A message template of a WhatsApp business account. Components are as on Meta's wire."""

    waba = models.ForeignKey(
        Waba, models.CASCADE, related_name="templates", verbose_name=_("WhatsApp business account")
    )
    provider_id = models.CharField(_("id at WhatsApp"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=512)
    language = models.CharField(_("language"), max_length=16, default="pt_BR")
    category = models.CharField(
        _("category"), max_length=20, choices=TemplateCategory.choices, blank=True
    )
    status = models.CharField(
        _("status"), max_length=20, choices=TemplateStatus.choices, default=TemplateStatus.DRAFT
    )
    parameter_format = models.CharField(
        _("format of the variables"), max_length=12, default="positional"
    )
    components = models.JSONField(_("components"), default=list)
    quality = models.CharField(_("quality"), max_length=12, blank=True)
    rejected_reason = models.TextField(_("reason for the rejection"), blank=True)
    # What WhatsApp last announced about it: a pause and its reason, a category to come.
    notice = models.TextField(_("notice"), blank=True)
    # By the provider's clock; webhooks come in any order, and a list is older than it looks.
    status_at = models.DateTimeField(_("status since"), null=True, blank=True)
    synced_at = models.DateTimeField(_("synchronised at"), null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [
            models.UniqueConstraint(
                fields=["waba", "name", "language"], name="conversations_template_name_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_draft(self) -> bool:
        """Whether WhatsApp knows nothing of it yet."""
        return self.status == TemplateStatus.DRAFT

    @property
    def may_be_sent(self) -> bool:
        return self.status == TemplateStatus.APPROVED

    @property
    def may_be_edited(self) -> bool:
        return self.status in EDITABLE
