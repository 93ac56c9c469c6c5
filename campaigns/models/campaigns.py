from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models import Channel, Contact, Customer, Message, Queue, Template
from helpdesk.core.models import UUIDModel


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")


class Campaign(UUIDModel):
    """One message to many customers, scheduled and paced, with one record per recipient."""

    name = models.CharField(_("name"), max_length=120)
    state = models.CharField(
        _("state"), max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    template = models.ForeignKey(
        Template, models.PROTECT, null=True, blank=True, verbose_name=_("template")
    )
    content = models.JSONField(_("content"), default=dict, blank=True)
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    channels = models.ManyToManyField(
        Channel, blank=True, related_name="campaigns", verbose_name=_("channels")
    )
    queue = models.ForeignKey(
        Queue, models.PROTECT, null=True, blank=True, verbose_name=_("queue for the answers")
    )
    schedule = models.JSONField(_("schedule"), default=dict, blank=True)
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    messages_per_minute = models.PositiveIntegerField(_("messages per minute"), default=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="campaigns",
        verbose_name=_("created by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [
            models.Index(
                fields=["starts_at"],
                condition=Q(state=CampaignState.SCHEDULED),
                name="campaigns_campaign_due",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RecipientState(models.TextChoices):
    EXCLUDED = "excluded", _("Excluded")
    PENDING = "pending", _("Pending")
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    REPLIED = "replied", _("Replied")
    FAILED = "failed", _("Failed")
    OPTED_OUT = "opted_out", _("Opted out")
    CANCELLED = "cancelled", _("Cancelled")


class Recipient(UUIDModel):
    """One customer in one step of one campaign: at most once, whatever crashes or runs twice."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="recipients", verbose_name=_("campaign")
    )
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    occurrence = models.CharField(_("occurrence"), max_length=40, blank=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="campaign_recipients", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, verbose_name=_("contact")
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, verbose_name=_("channel")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=RecipientState.choices, default=RecipientState.PENDING
    )
    excluded_because = models.CharField(_("left out because"), max_length=40, blank=True)
    variant = models.CharField(_("variant"), max_length=1, blank=True)
    variables = models.JSONField(_("variables"), default=dict, blank=True)
    message = models.OneToOneField(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="campaign_recipient",
        verbose_name=_("message"),
    )
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=10, decimal_places=5, null=True, blank=True)
    queued_at = models.DateTimeField(_("queued at"), null=True, blank=True)
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "step", "occurrence", "customer"],
                name="campaigns_recipient_once",
            )
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="campaigns_recipient_state"),
            models.Index(fields=["customer"], name="campaigns_recipient_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.customer_id}"
