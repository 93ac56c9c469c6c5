from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.users import Availability, User
from helpdesk.core.models import UUIDModel


class PresenceEntry(UUIDModel):
    """A stretch of time in which somebody was online, away or offline; the open one has no end."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="presence_entries", verbose_name=_("user")
    )
    availability = models.CharField(_("availability"), max_length=8, choices=Availability.choices)
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presence")
        indexes = [models.Index(fields=["user", "started_at"], name="accounts_presence_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(ended_at=None),
                name="accounts_presence_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.availability}"
