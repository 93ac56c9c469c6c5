from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.conversations import Conversation
from helpdesk.core.models import UUIDModel


class BulkMark(UUIDModel):
    """One conversation has had what was done to many at once: sending it again finds this."""

    token = models.UUIDField(_("submission"))
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="+", verbose_name=_("conversation")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("mark of a bulk action")
        verbose_name_plural = _("marks of bulk actions")
        constraints = [
            models.UniqueConstraint(
                fields=["token", "conversation"], name="conversations_bulk_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.token} {self.conversation_id}"
