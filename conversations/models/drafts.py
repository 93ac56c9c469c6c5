from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.conversations import Conversation
from conversations.models.messages import Message
from helpdesk.core.models import UUIDModel


class Draft(UUIDModel):
    """What somebody has written in a conversation's composer and not sent yet."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="drafts", verbose_name=_("conversation")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts", verbose_name=_("user")
    )
    body = models.TextField(_("text"), blank=True)
    is_note = models.BooleanField(_("internal note"), default=False)
    reply_to = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replies to"),
    )
    # Grows with every save of the browser's: what arrives late does not overwrite what is newer.
    revision = models.PositiveBigIntegerField(_("revision"), default=0)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "user"], name="conversations_draft_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} / {self.user_id}"
