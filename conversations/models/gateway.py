from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.channels import Channel
from helpdesk.core.models import UUIDModel

CODE_SECONDS = 60  # a gateway shows another QR code after 20 to 60 seconds (spec/03, 5.4)


class SessionState(models.TextChoices):
    NONE = "", _("Never connected")
    CONNECTING = "connecting", _("Waiting for the telephone")
    OPEN = "open", _("Connected")
    CLOSED = "close", _("Disconnected")
    REFUSED = "refused", _("The QR codes are used up")


class GatewaySession(UUIDModel):
    """How a number that logs in by QR code stands at the gateway, and the code to be read now."""

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="session")
    state = models.CharField(
        _("state"), max_length=12, choices=SessionState.choices, blank=True, default=""
    )
    reason = models.IntegerField(_("reason of the disconnection"), null=True, blank=True)
    since = models.DateTimeField(_("since"), null=True, blank=True)
    code_image = models.TextField(_("QR code"), blank=True)
    pairing_code = models.CharField(_("pairing code"), max_length=20, blank=True)
    code_at = models.DateTimeField(_("QR code shown at"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True, db_index=True)
    restarts = models.PositiveSmallIntegerField(_("restarts since it was connected"), default=0)
    restart_at = models.DateTimeField(_("restarts at"), null=True, blank=True)
    history = models.JSONField(_("what happened"), default=list, blank=True)

    class Meta:
        verbose_name = _("gateway session")
        verbose_name_plural = _("gateway sessions")

    def __str__(self) -> str:
        return str(self.channel)

    @property
    def code_seconds_left(self) -> int:
        """How long the code is worth reading, at most."""
        if self.code_at is None:
            return 0
        age = (timezone.now() - self.code_at).total_seconds()
        return max(0, round(CODE_SECONDS - age))

    @property
    def code_is_old(self) -> bool:
        """Whether the code has certainly been replaced since, so that nobody reads it in vain."""
        return self.code_seconds_left == 0
