"""What the simulator's gateway remembers of the numbers that log in there by QR code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.channels import Channel
from helpdesk.core.fields import EncryptedTextField
from helpdesk.core.models import UUIDModel


class SimulatorInstance(UUIDModel):
    """One instance of the simulated gateway; its name is the channel's gateway_instance."""

    class State(models.TextChoices):
        OPEN = "open", _("Connected")
        CONNECTING = "connecting", _("Waiting for the telephone")
        CLOSED = "close", _("Disconnected")

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="simulator_instance")
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.CONNECTING
    )
    # Digits of the telephone that has read the code, or that is to type the pairing code.
    number = models.CharField(_("number"), max_length=15, blank=True)
    token = EncryptedTextField()
    # As webhook/set was given it, in JSON: its headers hold a secret.
    webhook = EncryptedTextField(blank=True)
    codes = models.PositiveIntegerField(_("QR codes shown"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("simulated gateway instance")
        verbose_name_plural = _("simulated gateway instances")

    def __str__(self) -> str:
        return str(self.channel)
