from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.queues import Queue
from helpdesk.core.models import UUIDModel


class CannedResponseQuerySet(models.QuerySet):
    def for_user(self, user):
        """Shared ones, those of the person's queues, and their own."""
        return self.filter(
            models.Q(owner=user)
            | models.Q(owner=None, queue=None)
            | models.Q(owner=None, queue__in=Queue.objects.for_user(user))
        )

    def used_most(self):
        return self.order_by("-uses", "shortcut", "id")


class CannedResponse(UUIDModel):
    """A quick reply called with /shortcut: personal, of a queue, or shared."""

    shortcut = models.SlugField(_("shortcut"), max_length=40)
    title = models.CharField(_("title"), max_length=80, blank=True)
    body = models.TextField(_("text"), max_length=4096)
    queue = models.ForeignKey(
        Queue,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("queue"),
        related_name="canned_responses",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="canned_responses",
    )
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)

    objects = CannedResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned response")
        verbose_name_plural = _("canned responses")
        ordering = ["shortcut"]
        constraints = [
            models.UniqueConstraint(
                fields=["shortcut"],
                condition=models.Q(queue=None, owner=None),
                name="conversations_canned_shared",
                violation_error_message=_("This shortcut is already in use here."),
            ),
            models.UniqueConstraint(
                fields=["shortcut", "queue"],
                condition=models.Q(owner=None),
                name="conversations_canned_queue",
                violation_error_message=_("This shortcut is already in use here."),
            ),
            models.UniqueConstraint(
                fields=["shortcut", "owner"],
                name="conversations_canned_personal",
                violation_error_message=_("This shortcut is already in use here."),
            ),
        ]

    def __str__(self) -> str:
        return f"/{self.shortcut}"


class CannedAttachment(UUIDModel):
    """A file that goes with a canned response."""

    canned_response = models.ForeignKey(
        CannedResponse, models.CASCADE, related_name="files", verbose_name=_("canned response")
    )
    file = models.FileField(_("file"), upload_to="canned")
    filename = models.CharField(_("name of the file"), max_length=200)
    mime_type = models.CharField(_("type"), max_length=120)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("file of a canned response")
        verbose_name_plural = _("files of canned responses")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.filename
