from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from bots.engine.keywords import pattern_error
from bots.models.bots import Bot
from bots.models.flows import Flow
from conversations.models import Channel, Queue
from helpdesk.core.models import UUIDModel


class Match(models.TextChoices):
    ANY = "any", _("Any of the words")
    ALL = "all", _("All of the words")
    EXACT = "exact", _("The whole message")
    CONTAINS = "contains", _("Part of a word")
    REGEX = "regex", _("Regular expression")


class KeywordRule(UUIDModel):
    """What the bot does when a customer writes certain words, wherever the flow stands."""

    bot = models.ForeignKey(
        Bot, models.CASCADE, related_name="keyword_rules", verbose_name=_("bot")
    )
    words = models.TextField(
        _("words"),
        help_text=_("One word or phrase per line. Accents and capitals do not matter."),
    )
    match = models.CharField(_("fits"), max_length=10, choices=Match.choices, default=Match.ANY)
    reply = models.TextField(_("reply"), max_length=4096, blank=True)
    hands_over = models.BooleanField(_("hands over to a person"), default=False)
    queue = models.ForeignKey(
        Queue, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("queue for the hand-over"),
        help_text=_("Empty: the queue the conversation is in."),
    )  # fmt: skip
    flow = models.ForeignKey(
        Flow, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("flow to start"),
    )  # fmt: skip
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("The lowest number is tried first.")
    )
    queues = models.ManyToManyField(
        Queue, blank=True, related_name="+", verbose_name=_("only in these queues")
    )
    channels = models.ManyToManyField(
        Channel, blank=True, related_name="+", verbose_name=_("only on these channels")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("keyword rule")
        verbose_name_plural = _("keyword rules")
        ordering = ["priority", "id"]

    def __str__(self) -> str:
        return ", ".join(self.terms)[:80]

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.words.splitlines() if line.strip())

    def clean(self):
        if not (self.reply.strip() or self.hands_over or self.flow_id):
            raise ValidationError(_("Say what the bot does: reply, hand over or start a flow."))
        if self.queue_id and not self.hands_over:
            raise ValidationError({"queue": _("A queue is only used by a rule that hands over.")})
        if self.match == Match.REGEX:
            self._check_patterns()

    def _check_patterns(self):
        for pattern in self.terms:
            error = pattern_error(pattern)
            if error:
                raise ValidationError({"words": f"{pattern}: {error}"})
