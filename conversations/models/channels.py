from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.fields import EncryptedTextField
from helpdesk.core.models import UUIDModel


class Waba(UUIDModel):
    """A WhatsApp business account at Meta: the owner of numbers and templates."""

    waba_id = models.CharField(_("account id"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    portfolio_limit = models.PositiveIntegerField(
        _("customers reachable by template in 24 h"), null=True, blank=True
    )
    review_state = models.CharField(_("review"), max_length=20, blank=True)
    # What Meta last announced of the account itself: its event, in capitals; '' when all is well.
    trouble = models.CharField(_("trouble"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("WhatsApp business account")
        verbose_name_plural = _("WhatsApp business accounts")

    def __str__(self) -> str:
        return self.name or self.waba_id


class ProviderName(models.TextChoices):
    CLOUD = "cloud", _("Cloud API")
    GATEWAY = "gateway", _("Gateway (QR code)")
    SIMULATOR = "simulator", _("Simulator")


class ChannelStatus(models.TextChoices):
    CONNECTED = "connected", _("Connected")
    CONNECTING = "connecting", _("Connecting")
    DISCONNECTED = "disconnected", _("Disconnected")
    BLOCKED = "blocked", _("Blocked")


class PauseCause(models.TextChoices):
    """What paused_reason holds; what exactly was said stands in paused_facts."""

    ERROR = "error", _("WhatsApp refuses the number")
    PERSON = "person", _("Somebody paused it")


class ChannelQuerySet(models.QuerySet):
    def for_user(self, user):
        """The channels whose settings this person sees: all, or those that lead to their queues."""
        if user.is_admin:
            return self
        return self.filter(default_queue__memberships__user=user)

    def active(self):
        return self.filter(is_active=True)

    def sending(self):
        """Channels whose queue is worked: active, and not stopped by an error of their own."""
        return self.active().filter(paused_reason="")


class Channel(UUIDModel):
    """One connected WhatsApp number."""

    name = models.CharField(_("name"), max_length=80)
    badge = models.CharField(
        _("badge"), max_length=3, unique=True, help_text=_("Up to three letters, unique.")
    )
    badge_hue = models.PositiveSmallIntegerField(_("badge colour"), default=1)
    provider = models.CharField(_("provider"), max_length=10, choices=ProviderName.choices)
    phone_number_id = models.CharField(_("phone number id"), max_length=64, blank=True)
    waba = models.ForeignKey(
        Waba,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("account"),
    )
    display_phone_number = models.CharField(_("number"), max_length=32, blank=True)
    gateway_instance = models.CharField(_("gateway instance"), max_length=80, blank=True)
    access_token = EncryptedTextField(_("access token"), blank=True)
    app_secret = EncryptedTextField(_("app secret"), blank=True)
    webhook_secret = EncryptedTextField(_("webhook secret"), blank=True)
    verify_token = EncryptedTextField(_("verify token"), blank=True)
    default_queue = models.ForeignKey(
        "conversations.Queue", models.PROTECT, related_name="channels", verbose_name=_("queue")
    )
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=ChannelStatus.choices,
        default=ChannelStatus.DISCONNECTED,
    )
    health = models.JSONField(_("health"), default=dict, blank=True)
    # A PauseCause, '' while it sends; in words: conversations/channel_words.py.
    paused_reason = models.CharField(_("paused because"), max_length=300, blank=True)
    paused_facts = models.JSONField(default=dict, blank=True, editable=False)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(
        _("checked at"), null=True, blank=True, editable=False, db_index=True
    )
    # At most a minute old while webhooks come: see actions/channels.py, note_heard.
    last_webhook_at = models.DateTimeField(_("last webhook"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    messages_per_second = models.PositiveSmallIntegerField(_("messages per second"), default=80)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                fields=["phone_number_id"],
                condition=~models.Q(phone_number_id=""),
                name="conversations_channel_phone_number_id",
                violation_error_message=_("Another channel has this phone number id."),
            ),
            models.UniqueConstraint(
                fields=["gateway_instance"],
                condition=~models.Q(gateway_instance=""),
                name="conversations_channel_gateway_instance",
                violation_error_message=_("Another channel has this gateway instance."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_service_window(self) -> bool:
        """Whether free text is bound to the 24 hours after the customer's last message."""
        return self.provider != ProviderName.GATEWAY
