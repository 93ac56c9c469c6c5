import json

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.customers import Customer
from helpdesk.core.fields import EncryptedTextField
from helpdesk.core.models import UUIDModel


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to be chosen")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class RowOutcome(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    ERROR = "error", _("Error")


class CustomerImportQuerySet(models.QuerySet):
    def for_user(self, user):
        """One's own: the lines hold customers of every queue. Administrators see all."""
        return self if user.is_admin else self.filter(created_by=user)

    def at_work(self):
        """Those that a worker is to go on with."""
        return self.filter(state__in=[ImportState.CHECKING, ImportState.RUNNING])

    def newest_first(self):
        return self.order_by("-id")


class CustomerImport(UUIDModel):
    """A file with customers on its way into the house."""

    file = models.FileField(_("file"), upload_to="imports", blank=True)
    filename = models.CharField(_("name of the file"), max_length=200)
    state = models.CharField(
        _("state"), max_length=9, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    # [{"name": the column's title, "example": a value of it}], as the file has them.
    columns = models.JSONField(_("columns"), default=list, blank=True)
    # Field by the column's place, written as text: {"0": "name"}.
    mapping = models.JSONField(_("what each column becomes"), default=dict, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who did it"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = CustomerImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of customers")
        verbose_name_plural = _("imports of customers")

    def __str__(self) -> str:
        return self.filename

    @property
    def to_import(self) -> int:
        """How many lines came out of the check without an error."""
        return sum(self.counts.get(name, 0) for name in ("new", "changed", "unchanged"))

    @property
    def is_at_work(self) -> bool:
        return self.state in (ImportState.CHECKING, ImportState.RUNNING)


class CustomerImportRow(UUIDModel):
    """One line of an import's file, and what becomes of it."""

    customer_import = models.ForeignKey(CustomerImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    # Personal data on their way: encrypted, and deleted with the import some days later.
    encrypted_values = EncryptedTextField(blank=True)
    outcome = models.CharField(max_length=9, choices=RowOutcome.choices)
    # [[code, fact], ...]; imports/words.py says them to people.
    errors = models.JSONField(default=list, blank=True)
    warnings = models.JSONField(default=list, blank=True)
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

    @property
    def values(self) -> dict:
        """What the line says, by field."""
        return json.loads(self.encrypted_values or "{}")

    @values.setter
    def values(self, values: dict) -> None:
        self.encrypted_values = json.dumps(values, ensure_ascii=False)
