from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import UUIDModel

PARTITIONS = 16


class WebhookEvent(UUIDModel):
    """A body as it came in, byte for byte. Nothing references it: it may be partitioned by time."""

    channel_id = models.UUIDField(_("id of the channel"), null=True, blank=True)
    waba_id = models.CharField(_("account id"), max_length=64, blank=True)
    body = models.BinaryField(_("body"))
    received_at = models.DateTimeField(_("received at"), db_index=True)
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return str(self.id)


class WorkItemQuerySet(models.QuerySet):
    def unprocessed(self):
        return self.filter(processed_at=None, error="")

    def parked(self):
        return self.filter(processed_at=None).exclude(error="")


class WorkItem(models.Model):
    """The part of a body that belongs to one sender on one number, in the order of arrival."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(_("id of the webhook"), db_index=True)
    phone_number_id = models.CharField(_("phone number id"), max_length=64, blank=True)
    sender = models.CharField(_("sender"), max_length=255, blank=True)
    waba_id = models.CharField(_("account id"), max_length=64, blank=True)
    partition = models.PositiveSmallIntegerField(_("partition"))
    received_at = models.DateTimeField(_("received at"))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        indexes = [
            models.Index(
                fields=["partition", "id"],
                condition=Q(processed_at=None, error=""),
                name="conversations_work_unprocessed",
            ),
            models.Index(
                fields=["id"],
                condition=Q(processed_at=None) & ~Q(error=""),
                name="conversations_work_parked",
            ),
            models.Index(fields=["received_at"], name="conversations_work_received"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.phone_number_id} {self.sender}"


class HandledNotice(models.Model):
    """A notice about an account or a person that has been acted on: delivered again, it is skipped."""

    notice_id = models.CharField(_("id of the notice"), max_length=80, primary_key=True)
    field_name = models.CharField(_("field"), max_length=64)
    handled_at = models.DateTimeField(_("handled at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("handled notice")
        verbose_name_plural = _("handled notices")

    def __str__(self) -> str:
        return f"{self.field_name} {self.notice_id}"
