from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.media.types import PICTURES, kind_of
from conversations.models.messages import Message, MessageKind
from helpdesk.core.models import UUIDModel


class AttachmentState(models.TextChoices):
    PENDING = "pending", _("Not downloaded yet")
    STORED = "stored", _("Stored")
    FAILED = "failed", _("Could not be downloaded")


class AttachmentTrouble(models.TextChoices):
    """Why a file is not here, or not what it should be; kept in Attachment.data["trouble"]."""

    GONE = (
        "gone",
        _("WhatsApp does not have this file any more. Ask the customer to send it again."),
    )
    DAMAGED = "damaged", _("What arrived is not what the customer sent.")
    TOO_LARGE = "too_large", _("The file is too large: 100 MB is the most.")
    FORBIDDEN = "forbidden", _("The file lies at an address that we do not go to.")
    ACCESS = (
        "access",
        _("WhatsApp did not let us in. An administrator has to check the number's token."),
    )
    UNREACHABLE = "unreachable", _("WhatsApp could not be reached.")
    STORAGE = (
        "storage",
        _("The file could not be stored. An administrator has to check the storage."),
    )
    WRONG_TYPE = "wrong_type", _("The content is not what the message says it is.")


class Attachment(UUIDModel):
    """A file of a message. Private: served only to those who may see the conversation."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    provider_media_id = models.CharField(max_length=255, blank=True)
    file = models.FileField(upload_to="attachments/%Y/%m/%d", max_length=255, blank=True)
    mime_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    filename = models.CharField(max_length=255, blank=True)
    duration = models.FloatField(null=True, blank=True, help_text=_("Seconds."))
    thumbnail = models.FileField(upload_to="thumbnails/%Y/%m/%d", max_length=255, blank=True)
    state = models.CharField(
        max_length=8, choices=AttachmentState.choices, default=AttachmentState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state=AttachmentState.PENDING),
                name="conversations_attachment_due",
            )
        ]

    def __str__(self) -> str:
        return self.filename or self.provider_media_id

    @property
    def is_stored(self) -> bool:
        return self.state == AttachmentState.STORED and bool(self.file)

    @property
    def shows_as(self) -> str:
        """How a page shows it: image, sticker, audio, video or document; by content, as far as known."""
        if not self.is_stored:
            return self.message.kind
        if self.message.kind == MessageKind.DOCUMENT:
            return "document"
        if self.message.kind == MessageKind.STICKER and self.mime_type in PICTURES:
            return "sticker"
        return kind_of(self.mime_type)

    @property
    def is_voice(self) -> bool:
        return bool(self.data.get("voice"))

    @property
    def trouble(self) -> str:
        """Why it is not here, in words; '' when all is well."""
        said = self.data.get("trouble", "")
        return AttachmentTrouble(said).label if said in AttachmentTrouble.values else ""

    @property
    def can_be_fetched_again(self) -> bool:
        """Whether asking for it once more makes sense: it failed, or waits for its next attempt."""
        waits = self.state == AttachmentState.PENDING and bool(self.data.get("trouble"))
        return waits or self.state == AttachmentState.FAILED
