from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.devices import described
from accounts.models.settings import site_setting
from accounts.models.users import User
from helpdesk.core.models import UUIDModel


class UserSessionQuerySet(models.QuerySet):
    def stale(self):
        """The sessions that have not been used for too long, or are too old in any case."""
        now = timezone.now()
        idle = now - timedelta(minutes=site_setting("session_idle_minutes"))
        oldest = now - timedelta(hours=site_setting("session_absolute_hours"))
        return self.filter(models.Q(last_seen_at__lt=idle) | models.Q(started_at__lt=oldest))

    def latest_first(self):
        return self.order_by("-last_seen_at")


class UserSession(UUIDModel):
    """A login of somebody: Django's own session table does not know whose a session is."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    started_at = models.DateTimeField(_("since"), auto_now_add=True)
    last_seen_at = models.DateTimeField(_("last used"), default=timezone.now)

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return f"{self.user} {self.started_at}"

    @property
    def device_name(self) -> str:
        """The browser and system in words a person knows."""
        return described(self.device)
