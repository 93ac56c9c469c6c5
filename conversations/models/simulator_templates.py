"""The templates that the simulated WhatsApp holds: what it reviewed, not what we wish."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.channels import Waba
from conversations.models.templates import TemplateStatus
from helpdesk.core.models import UUIDModel


class SimulatorTemplate(UUIDModel):
    """One template of a simulated account, in the words of its list."""

    waba = models.ForeignKey(Waba, models.CASCADE, related_name="simulator_templates")
    template_id = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=512)
    language = models.CharField(_("language"), max_length=16)
    category = models.CharField(_("category"), max_length=20)
    parameter_format = models.CharField(max_length=12, default="POSITIONAL")
    components = models.JSONField(default=list)
    status = models.CharField(
        _("status"), max_length=20, choices=TemplateStatus.choices, default=TemplateStatus.PENDING
    )
    quality = models.CharField(max_length=12, default="UNKNOWN")
    rejected_reason = models.CharField(max_length=40, default="NONE")
    # From then on a pending one counts as approved, unless somebody has decided otherwise.
    approved_at = models.DateTimeField(null=True, blank=True)
    # Only edits of an approved one are counted: one a day.
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("simulated template")
        verbose_name_plural = _("simulated templates")
        ordering = ["name", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["waba", "name", "language"], name="conversations_sim_template_name"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
