from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import UUIDModel


class PublishedVersionIsFixed(Exception):
    """Somebody tried to change or delete a version that conversations may be running on."""


class Flow(UUIDModel):
    """A conversation of a bot's, in versions. `key` is how other flows name it."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    published = models.ForeignKey(
        "bots.FlowVersion", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("published version"),
    )  # fmt: skip
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    last_error_at = models.DateTimeField(_("last error at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("flow")
        verbose_name_plural = _("flows")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class FlowVersion(UUIDModel):
    """A flow as it was at one moment. Once published it never changes: conversations run on it."""

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="versions", verbose_name=_("flow"))
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT
    )
    definition = models.JSONField(_("definition"), default=dict)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("flow version")
        verbose_name_plural = _("flow versions")
        ordering = ["flow", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "number"], name="bots_version_number"),
            models.UniqueConstraint(
                fields=["flow"],
                condition=models.Q(state=VersionState.DRAFT),
                name="bots_one_draft",
                violation_error_message=_("This flow already has a draft."),
            ),
            models.CheckConstraint(
                condition=models.Q(state=VersionState.DRAFT) | models.Q(published_at__isnull=False),
                name="bots_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flow} {self.number}"

    @property
    def is_published(self) -> bool:
        return self.state == VersionState.PUBLISHED

    @classmethod
    def from_db(cls, db, field_names, values):
        version = super().from_db(db, field_names, values)
        version._is_fixed = "state" in field_names and version.is_published
        return version

    def save(self, **options):
        if getattr(self, "_is_fixed", False):
            raise PublishedVersionIsFixed(str(self))
        super().save(**options)
        self._is_fixed = self.is_published

    def delete(self, **options):
        if self.is_published:
            raise PublishedVersionIsFixed(str(self))
        return super().delete(**options)
