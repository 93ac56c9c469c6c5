from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots.models.flows import FlowVersion
from conversations.models import Conversation, Message
from helpdesk.core.models import UUIDModel


class BotSession(UUIDModel):
    """Where the bot stands in a conversation. Changed only under the conversation's row lock."""

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, related_name="bot_session", verbose_name=_("conversation")
    )
    flow_version = models.ForeignKey(
        FlowVersion, models.PROTECT, null=True, related_name="sessions",
        verbose_name=_("flow version"),
    )  # fmt: skip
    state = models.JSONField(_("state"), default=dict)
    # The conversation's bot_epoch it belongs to: another one means that a person was there since.
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    processed_through = models.UUIDField(_("processed through"), null=True)
    steps = models.PositiveIntegerField(_("steps"), default=0)
    failures = models.PositiveSmallIntegerField(_("failures"), default=0)
    waiting_until = models.DateTimeField(_("waiting until"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("bot session")
        verbose_name_plural = _("bot sessions")
        indexes = [
            models.Index(
                fields=["waiting_until"],
                condition=Q(waiting_until__isnull=False),
                name="bots_session_waiting",
            )
        ]

    def __str__(self) -> str:
        return str(self.conversation_id)


class BotStep(UUIDModel):
    """One step: what came in and what came of it. Enough to run it again and get the same."""

    session = models.ForeignKey(
        BotSession, models.CASCADE, related_name="log", verbose_name=_("bot session")
    )
    sequence = models.PositiveIntegerField(_("sequence number"))
    # One-to-one: a customer's message is never stepped twice, whoever replays it.
    message = models.OneToOneField(
        Message, models.CASCADE, null=True, related_name="bot_step", verbose_name=_("message")
    )
    flow_version = models.ForeignKey(
        FlowVersion, models.PROTECT, related_name="+", verbose_name=_("flow version")
    )
    event = models.JSONField(_("event"), default=dict)
    context = models.JSONField(_("context"), default=dict)
    result = models.JSONField(_("result"), default=dict)
    error = models.CharField(_("error"), max_length=300, blank=True)
    occurred_at = models.DateTimeField(_("occurred at"))

    class Meta:
        verbose_name = _("bot step")
        verbose_name_plural = _("bot steps")
        ordering = ["session", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["session", "sequence"], name="bots_step_sequence")
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.sequence}"
