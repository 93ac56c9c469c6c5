from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.models.channels import Channel
from conversations.models.conversations import Conversation, State
from conversations.models.customers import Contact
from conversations.previews import preview_of
from helpdesk.core.models import UUIDModel

PREVIEW_LENGTH = 200


class SenderKind(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    BOT = "bot", _("Bot")
    AGENT = "agent", _("Agent")
    SYSTEM = "system", _("System")


class Origin(models.TextChoices):
    PAGE = "page", _("Page")
    API = "api", _("API")
    BOT = "bot", _("Bot")
    CAMPAIGN = "campaign", _("Campaign")
    PHONE = "phone", _("Phone")
    IMPORT = "import", _("Import")
    PROVIDER = "provider", _("Provider")


class MessageKind(models.TextChoices):
    TEXT = "text", _("Text")
    IMAGE = "image", _("Image")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    DOCUMENT = "document", _("Document")
    STICKER = "sticker", _("Sticker")
    LOCATION = "location", _("Location")
    CONTACTS = "contacts", _("Contact card")
    INTERACTIVE = "interactive", _("Interactive")
    BUTTON = "button", _("Button")
    REACTION = "reaction", _("Reaction")
    TEMPLATE = "template", _("Template")
    ORDER = "order", _("Order")
    SYSTEM = "system", _("System")
    UNSUPPORTED = "unsupported", _("Not supported")


class Status(models.TextChoices):
    RECEIVED = "received", _("Received")
    SCHEDULED = "scheduled", _("Scheduled")
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    PLAYED = "played", _("Played")
    FAILED = "failed", _("Not sent")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("Unknown")


# Ranks never go back; `failed` yields only to a later delivered or read (spec/02, spec/03 2.3).
STATUS_RANK = {
    Status.SCHEDULED: 0,
    Status.QUEUED: 1,
    Status.SENDING: 2,
    Status.UNKNOWN: 3,
    Status.SENT: 4,
    Status.FAILED: 5,
    Status.DELIVERED: 6,
    Status.READ: 7,
    Status.PLAYED: 8,
}

STATUS_TIME_FIELDS = {
    Status.SENT: "sent_at",
    Status.DELIVERED: "delivered_at",
    Status.READ: "read_at",
    Status.PLAYED: "played_at",
    Status.FAILED: "failed_at",
}


class SendPriority(models.IntegerChoices):
    """Who goes first in a channel's outbox."""

    SYSTEM = 0, _("System")
    AGENT = 1, _("Agent")
    BOT = 2, _("Bot")
    CAMPAIGN = 3, _("Campaign")


class MessageQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("sort_at", "id")

    def public(self):
        return self.filter(is_note=False)

    def queued(self):
        """The outbox: what waits to be sent."""
        return self.filter(status=Status.QUEUED)

    def scheduled(self):
        """What leaves by itself at its hour, soonest first."""
        return self.filter(status=Status.SCHEDULED).order_by("scheduled_for", "id")

    def in_thread(self):
        """Everything but what is still to come, or was withdrawn before anybody saw it."""
        return self.exclude(
            scheduled_for__isnull=False, status__in=[Status.SCHEDULED, Status.CANCELLED]
        )


class Message(UUIDModel):
    """One message, incoming or outgoing, or a private note. A queued one is its own outbox entry."""

    conversation = models.ForeignKey(
        Conversation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("conversation"),
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="messages", verbose_name=_("channel")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="messages", verbose_name=_("contact")
    )
    sender = models.CharField(_("sender"), max_length=8, choices=SenderKind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("author"),
    )
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices)
    kind = models.CharField(
        _("kind"), max_length=12, choices=MessageKind.choices, default=MessageKind.TEXT
    )
    body = models.TextField(_("text"), blank=True)
    payload = models.JSONField(_("content"), default=dict, blank=True)
    provider_id = models.CharField(_("id at WhatsApp"), max_length=255, null=True, blank=True)
    client_token = models.UUIDField(_("token of the browser"), null=True, blank=True, unique=True)
    reply_to = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("replies to"),
    )
    reply_to_provider_id = models.CharField(
        _("id of the message replied to"), max_length=255, blank=True
    )
    is_note = models.BooleanField(_("internal note"), default=False)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices)
    conversation_state = models.CharField(
        _("state of the conversation"), max_length=8, choices=State.choices, blank=True
    )
    sort_at = models.DateTimeField(_("place in the thread"))
    version = models.PositiveBigIntegerField(_("version"), default=0)
    provider_at = models.DateTimeField(_("time at WhatsApp"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    played_at = models.DateTimeField(_("played at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    error_text = models.TextField(_("error text"), blank=True)
    pricing = models.JSONField(_("pricing"), default=dict, blank=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    # When somebody wanted it to leave; null for what left at once.
    scheduled_for = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=SendPriority.choices, default=SendPriority.AGENT
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "provider_id"], name="conversations_message_provider_id"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="conversations_message_status_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["conversation", "sort_at", "id"], name="conversations_message_thread"
            ),
            models.Index(fields=["conversation", "version"], name="conversations_message_version"),
            models.Index(
                fields=["channel", "priority", "next_attempt_at", "id"],
                condition=Q(status=Status.QUEUED),
                name="conversations_message_outbox",
            ),
            models.Index(
                fields=["contact", "sort_at", "id"],
                condition=Q(status__in=[Status.QUEUED, Status.SENDING, Status.UNKNOWN]),
                name="conversations_message_pending",
            ),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status=Status.SCHEDULED),
                name="conversations_message_schedul",
            ),
            models.Index(
                fields=["-scheduled_for"],
                condition=Q(scheduled_for__isnull=False),
                name="conversations_message_later",
            ),
            models.Index(
                fields=["contact", "sort_at"],
                condition=Q(conversation=None),
                name="conversations_message_unadopt",
            ),
            models.Index(
                fields=["channel", "-failed_at"],
                condition=Q(status=Status.FAILED),
                name="conversations_message_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.kind} {self.id}"

    @property
    def is_inbound(self) -> bool:
        return self.status == Status.RECEIVED and not self.is_note

    @property
    def is_outbound(self) -> bool:
        return self.status != Status.RECEIVED and not self.is_note

    @property
    def can_be_retried(self) -> bool:
        """A reaction is not sent again but made again: the emoji may have changed since."""
        is_reaction = self.kind == MessageKind.REACTION
        return self.status == Status.FAILED and self.is_outbound and not is_reaction

    @property
    def can_have_reaction(self) -> bool:
        """Whether WhatsApp takes an emoji on it (spec/03, 3.1), its age aside."""
        is_kind = self.kind not in (
            MessageKind.REACTION,
            MessageKind.SYSTEM,
            MessageKind.UNSUPPORTED,
        )
        return self.is_inbound and is_kind and bool(self.provider_id) and self.revoked_at is None

    @property
    def preview(self) -> str:
        """One line for the list: the text, or what kind of message it is."""
        if self.revoked_at:
            return gettext("Deleted message")
        text = preview_of(self.kind, self.body, self.payload)
        return text[:PREVIEW_LENGTH] or str(self.get_kind_display())


class MessageEdit(UUIDModel):
    """What a message said before it was edited."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="edits")
    body = models.TextField(blank=True)
    payload = models.JSONField(default=dict, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "provider_id"], name="conversations_edit_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.edited_at}"


class Reaction(UUIDModel):
    """One emoji of one person on one message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    reactor = models.CharField(max_length=80)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    emoji = models.CharField(max_length=64, blank=True)
    reacted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "reactor"], name="conversations_reaction_once"
            )
        ]

    def __str__(self) -> str:
        return self.emoji


class SendAttempt(UUIDModel):
    """One request to a provider. Its id travels as biz_opaque_callback_data and comes back."""

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="send_attempts", verbose_name=_("message")
    )
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    provider_id = models.CharField(_("id at WhatsApp"), max_length=255, blank=True)
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    error_text = models.TextField(_("error text"), blank=True)
    trace_id = models.CharField(_("id of the request"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("send attempt")
        verbose_name_plural = _("send attempts")
        indexes = [
            models.Index(
                fields=["started_at"],
                condition=Q(finished_at=None),
                name="conversations_attempt_open",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class PendingStatus(UUIDModel):
    """A status whose message is not known yet; looked up again by both sides, swept for 7 days.

    So are a reaction, an edit and a revoke; `cause` is then their own id: several wait side by side.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="pending_statuses")
    provider_id = models.CharField(max_length=255)
    attempt_id = models.CharField(max_length=255, blank=True)
    cause = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "provider_id", "status", "cause"],
                name="conversations_pending_once",
            )
        ]
        indexes = [
            models.Index(F("created_at"), name="conversations_pending_age"),
            models.Index(
                F("attempt_id"), condition=~Q(attempt_id=""), name="conversations_pending_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.status}"
