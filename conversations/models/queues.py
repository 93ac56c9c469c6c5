from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import UUIDModel


class AssignmentRule(models.TextChoices):
    MANUAL = "manual", _("Agents take")
    ROUND_ROBIN = "round_robin", _("In turn")
    LEAST_BUSY = "least_busy", _("Least busy first")


class QueueQuerySet(models.QuerySet):
    def for_user(self, user):
        """The queues this person sees: all for administrators, for others those they belong to."""
        if user.is_admin:
            return self
        return self.filter(memberships__user=user)

    def in_order(self):
        return self.order_by("position", "name")


class Queue(UUIDModel):
    """A department: who works in it, when, and by which rules."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    hue = models.PositiveSmallIntegerField(_("colour"), default=1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    greeting = models.TextField(_("greeting"), blank=True)
    out_of_hours_text = models.TextField(_("text outside business hours"), blank=True)
    assignment_rule = models.CharField(
        _("assignment"),
        max_length=12,
        choices=AssignmentRule.choices,
        default=AssignmentRule.MANUAL,
    )
    tells_position = models.BooleanField(_("tells customers their position"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="QueueMembership",
        related_name="queues",
        verbose_name=_("members"),
    )

    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")

    def __str__(self) -> str:
        return self.name

    def is_open(self, at: datetime) -> bool:
        """Whether the queue works at this moment. A queue without hours is always open."""
        hours = list(self.business_hours.all())
        if not hours:
            return True
        local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
        if any(holiday.date == local.date() for holiday in self.applying_holidays()):
            return False
        return any(interval.covers(local) for interval in hours)

    def applying_holidays(self):
        return Holiday.objects.filter(models.Q(queue=self) | models.Q(queue=None))


class QueueMembership(UUIDModel):
    """Somebody works in a queue."""

    queue = models.ForeignKey(
        Queue, models.CASCADE, related_name="memberships", verbose_name=_("queue")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="queue_memberships",
        verbose_name=_("user"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    capacity = models.PositiveSmallIntegerField(_("capacity in this queue"), null=True, blank=True)
    last_assigned_at = models.DateTimeField(
        _("last assigned at"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["queue", "user"], name="conversations_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} / {self.queue}"


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class BusinessHours(UUIDModel):
    """One interval of one weekday in which a queue works, in the site's time zone."""

    queue = models.ForeignKey(
        Queue, models.CASCADE, related_name="business_hours", verbose_name=_("queue")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="conversations_hours_forward",
                violation_error_message=_("The end has to be later than the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"

    def covers(self, local: datetime) -> bool:
        return self.weekday == local.weekday() and self.opens_at <= local.time() < self.closes_at


class Holiday(UUIDModel):
    """A day without service, for one queue or for all."""

    queue = models.ForeignKey(
        Queue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="holidays",
        help_text=_("Empty: for all queues."),
        verbose_name=_("queue"),
    )
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "date"], name="conversations_holiday_once"),
            models.UniqueConstraint(
                fields=["date"], condition=models.Q(queue=None), name="conversations_holiday_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class SlaPolicy(UUIDModel):
    """How fast a queue promises to answer, in business time."""

    queue = models.OneToOneField(
        Queue, models.CASCADE, related_name="sla_policy", verbose_name=_("queue")
    )
    first_response_seconds = models.PositiveIntegerField(
        _("first response (s)"), null=True, blank=True
    )
    next_response_seconds = models.PositiveIntegerField(
        _("next response (s)"), null=True, blank=True
    )
    resolution_seconds = models.PositiveIntegerField(_("resolution (s)"), null=True, blank=True)
    warn_at_percent = models.PositiveSmallIntegerField(_("warn at (%)"), default=80)

    class Meta:
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")

    def __str__(self) -> str:
        return str(self.queue)


class ClosingReason(UUIDModel):
    """Why a conversation was closed; of one queue, or of all."""

    queue = models.ForeignKey(
        Queue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="closing_reasons",
        verbose_name=_("queue"),
    )
    name = models.CharField(_("name"), max_length=80)
    required_fields = models.JSONField(_("required fields"), default=list, blank=True)
    farewell = models.TextField(_("farewell sent to the customer"), blank=True)
    counts_as_resolved = models.BooleanField(_("counts as resolved"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("closing reason")
        verbose_name_plural = _("closing reasons")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "name"], name="conversations_reason_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(queue=None), name="conversations_reason_all"
            ),
        ]

    def __str__(self) -> str:
        return self.name
