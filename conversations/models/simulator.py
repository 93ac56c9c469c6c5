"""What the simulator remembers: the outside world as rows, since anything in memory is lost."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models.channels import Channel
from helpdesk.core.models import UUIDModel


class SimulatorPhone(UUIDModel):
    """A customer's phone: somebody who talks with one of our simulated numbers."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="simulator_phones")
    name = models.CharField(_("name"), max_length=80)
    # As WhatsApp writes it, which for old Brazilian accounts is without the ninth digit; '' for
    # people who hide their phone behind a username.
    wa_id = models.CharField(_("number"), max_length=32, blank=True)
    # wa_id in the one form in which numbers are compared; the user id where there is no number.
    address = models.CharField(max_length=128, editable=False)
    user_id = models.CharField(_("business-scoped id"), max_length=128)
    username = models.CharField(_("username"), max_length=60, blank=True)
    on_whatsapp = models.BooleanField(_("has WhatsApp"), default=True)
    # The service window is 24 h from here; None: this person has not written yet.
    last_wrote_at = models.DateTimeField(null=True, blank=True)
    typing_until = models.DateTimeField(null=True, blank=True)
    # What came before is hidden on the phone; the helpdesk knows nothing of it.
    cleared_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("simulated phone")
        verbose_name_plural = _("simulated phones")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], name="conversations_simulator_phone_address"
            ),
            models.UniqueConstraint(
                fields=["channel", "user_id"], name="conversations_simulator_phone_user"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SimulatorMessageQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("accepted_at", "id")

    def shown(self):
        """What the phone got or wrote: a message that failed never arrived."""
        return self.exclude(status=SimulatorMessage.Status.FAILED)


class SimulatorMessage(UUIDModel):
    """One message as the phone knows it, either way. Directions as the helpdesk sees them."""

    class Direction(models.TextChoices):
        IN = "in", _("In")
        OUT = "out", _("Out")

    class Status(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        PLAYED = "played", _("Played")
        FAILED = "failed", _("Not sent")

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="simulator_messages")
    # None: a message of ours to a number that nobody has.
    phone = models.ForeignKey(
        SimulatorPhone, models.CASCADE, null=True, blank=True, related_name="messages"
    )
    wamid = models.CharField(max_length=255, unique=True)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    kind = models.CharField(max_length=32)
    # OUT: the body of the request. IN: type, part and context of the webhook's message.
    payload = models.JSONField(default=dict)
    # The message that a reaction, an edit or a revoke is about.
    target_wamid = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACCEPTED)
    error_code = models.PositiveIntegerField(null=True, blank=True)
    accepted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SimulatorMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("simulated message")
        verbose_name_plural = _("simulated messages")
        indexes = [
            models.Index(fields=["phone", "accepted_at", "id"], name="conversations_sim_thread")
        ]

    def __str__(self) -> str:
        return self.wamid


class SimulatorDeliveryQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(delivered_at=None)

    def due(self, now):
        return self.pending().filter(due_at__lte=now).order_by("due_at", "id")


class SimulatorDelivery(models.Model):
    """A webhook entry to deliver, kept until our endpoint has answered 200."""

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="simulator_deliveries")
    message = models.ForeignKey(
        SimulatorMessage, models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    # message, sent, delivered, read, played, failed; echo, call, preference
    kind = models.CharField(max_length=32)
    entry = models.JSONField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SimulatorDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("simulated webhook")
        verbose_name_plural = _("simulated webhooks")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(delivered_at=None),
                name="conversations_sim_pending",
            ),
            models.Index(fields=["created_at"], name="conversations_sim_delivery_at"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.kind}"


class SimulatorCall(models.Model):
    """One request that we made to the simulated Graph API, and its answer."""

    id = models.BigAutoField(primary_key=True)
    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="simulator_calls"
    )
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    body = models.JSONField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    http_status = models.PositiveSmallIntegerField()  # 0: the connection was cut
    error_code = models.PositiveIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("simulated call")
        verbose_name_plural = _("simulated calls")

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.http_status}"


class SimulatorMedia(UUIDModel):
    """A file that the simulated WhatsApp holds: uploaded by us, or sent by a customer."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="simulator_media")
    media_id = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="simulator/%Y/%m/")
    mime_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)  # hex
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("simulated file")
        verbose_name_plural = _("simulated files")

    def __str__(self) -> str:
        return self.media_id


class SimulatorSetting(models.Model):
    """How the simulated WhatsApp behaves: one row, its receipts and its faults."""

    class Receipts(models.TextChoices):
        ALWAYS = "always", _("A moment after delivery")
        OPEN = "open", _("When the phone's page is open")
        NEVER = "never", _("Never")

    class MediaFault(models.TextChoices):
        MISSING = "missing", _("Not found (404)")
        EXPIRED = "expired", _("The address has expired")
        DAMAGED = "damaged", _("Another content than the hash says")
        MISLABELLED = "mislabelled", _("Another type than the file has")

    read_receipts = models.CharField(
        _("messages are read"), max_length=6, choices=Receipts.choices, default=Receipts.ALWAYS
    )
    read_after_ms = models.PositiveIntegerField(_("read after (ms)"), default=1500)
    answer_delay_ms = models.PositiveIntegerField(_("answer late by (ms)"), default=0)
    webhook_delay_ms = models.PositiveIntegerField(_("webhooks late by (ms)"), default=0)
    duplicate_percent = models.PositiveSmallIntegerField(
        _("webhooks delivered twice (%)"), default=0
    )
    reorder = models.BooleanField(_("webhooks out of order"), default=False)
    batch_size = models.PositiveSmallIntegerField(_("updates per webhook"), default=1)
    server_error_percent = models.PositiveSmallIntegerField(_("answer 503 (%)"), default=0)
    throttle_percent = models.PositiveSmallIntegerField(_("answer 429 (%)"), default=0)
    error_code = models.PositiveIntegerField(_("error code"), null=True, blank=True)
    error_is_late = models.BooleanField(_("error comes later, as a failed status"), default=False)
    cut_percent = models.PositiveSmallIntegerField(_("cut after accepting (%)"), default=0)
    status_first = models.BooleanField(_("statuses before the answer"), default=False)
    media_error_percent = models.PositiveSmallIntegerField(_("files that fail (%)"), default=0)
    media_fault = models.CharField(
        _("how files fail"), max_length=11, choices=MediaFault.choices, default=MediaFault.MISSING
    )
    media_delay_ms = models.PositiveIntegerField(_("files late by (ms)"), default=0)

    class Meta:
        verbose_name = _("simulator setting")
        verbose_name_plural = _("simulator settings")

    def __str__(self) -> str:
        return "simulator"

    @classmethod
    def current(cls) -> "SimulatorSetting":
        """The one row, or its defaults while nobody has changed anything."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def is_out(self) -> bool:
        """Whether every call is turned away."""
        return self.server_error_percent == 100

    @property
    def has_faults(self) -> bool:
        """Whether anything is switched to go wrong."""
        percents = (
            self.duplicate_percent, self.server_error_percent, self.throttle_percent,
            self.cut_percent, self.media_error_percent,
        )  # fmt: skip
        delays = (
            self.answer_delay_ms, self.webhook_delay_ms, self.media_delay_ms, self.batch_size - 1,
        )  # fmt: skip
        switches = (self.reorder, self.status_first, self.error_code is not None)
        return any(percents) or any(delays) or any(switches)
