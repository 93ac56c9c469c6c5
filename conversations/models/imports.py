from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.customers import Customer
from helpdesk.core.models import UUIDModel


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to be chosen")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class RowOutcome(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    ERROR = "error", _("Error")


class CustomerImport(UUIDModel):
    """A file with customers on its way into the house."""

    file = models.FileField(_("file"), upload_to="imports")
    filename = models.CharField(_("name of the file"), max_length=200)
    state = models.CharField(
        _("state"), max_length=8, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of customers")
        verbose_name_plural = _("imports of customers")

    def __str__(self) -> str:
        return self.filename


class CustomerImportRow(UUIDModel):
    """One line of an import's file, and what becomes of it."""

    customer_import = models.ForeignKey(CustomerImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    outcome = models.CharField(max_length=9, choices=RowOutcome.choices)
    errors = models.JSONField(default=list, blank=True)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["customer_import", "line"], name="conversations_import_line_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["customer_import", "outcome", "line"], name="conversations_import_rows"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer_import_id} {self.line}"
