from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import UUIDModel


class Tag(UUIDModel):
    """A word on customers and conversations."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    hue = models.PositiveSmallIntegerField(_("colour"), default=1)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
