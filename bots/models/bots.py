from django.db import models
from django.utils.translation import gettext_lazy as _

from bots.models.flows import Flow
from conversations.models import Channel
from helpdesk.core.models import UUIDModel


class BotQuerySet(models.QuerySet):
    def answering(self):
        """Bots that are switched on and have something to say."""
        return self.filter(is_active=True, flow__published__isnull=False)


class Bot(UUIDModel):
    """Who answers first: on its own channels, or as the default on all that have none."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    flow = models.ForeignKey(
        Flow, models.PROTECT, related_name="bots", verbose_name=_("first flow")
    )
    channels = models.ManyToManyField(
        Channel, blank=True, related_name="bots", verbose_name=_("channels"),
        help_text=_("Leave empty for the default bot: it answers wherever no other does."),
    )  # fmt: skip
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = BotQuerySet.as_manager()

    class Meta:
        verbose_name = _("bot")
        verbose_name_plural = _("bots")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="bots_one_default",
                violation_error_message=_("Another bot is the default already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
