from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import site_setting
from conversations.models.channels import Channel
from conversations.models.customers import Contact, Customer
from conversations.models.queues import ClosingReason, Queue
from conversations.models.tags import Tag
from helpdesk.core.models import UUIDModel

WINDOW_SOON = timedelta(hours=4)  # left of a service window, for a countdown in lists


class State(models.TextChoices):
    BOT = "bot", _("With the bot")
    QUEUED = "queued", _("Waiting")
    ACTIVE = "active", _("In service")
    CLOSED = "closed", _("Closed")


class Priority(models.IntegerChoices):
    LOW = 0, _("Low")
    NORMAL = 1, _("Normal")
    HIGH = 2, _("High")
    URGENT = 3, _("Urgent")


class ConversationQuerySet(models.QuerySet):
    def for_user(self, user):
        """What this person may see: everything for administrators; else their queues and their own."""
        if user.is_admin:
            return self
        return self.filter(Q(queue__in=Queue.objects.for_user(user)) | Q(assignee=user))

    def open(self):
        return self.exclude(state=State.CLOSED)

    def with_bot(self):
        return self.filter(state=State.BOT)

    def waiting(self):
        return self.filter(state=State.QUEUED)

    def active(self):
        return self.filter(state=State.ACTIVE)

    def closed(self):
        return self.filter(state=State.CLOSED)

    def of(self, user):
        """Conversations this person holds."""
        return self.active().filter(assignee=user)

    def unread(self):
        return self.filter(unread_count__gt=0)

    def newest_first(self):
        return self.order_by("-last_message_at", "-id")

    def longest_waiting_first(self):
        return self.order_by("-priority", "queued_at", "id")


class Conversation(UUIDModel):
    """One service episode with a customer on a channel."""

    protocol = models.CharField(_("protocol"), max_length=24, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="conversations", verbose_name=_("customer")
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="conversations", verbose_name=_("channel")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, related_name="conversations", verbose_name=_("contact")
    )
    queue = models.ForeignKey(
        Queue, models.PROTECT, related_name="conversations", verbose_name=_("queue")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("agent"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.BOT)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    tags = models.ManyToManyField(
        Tag, blank=True, related_name="conversations", verbose_name=_("tags")
    )
    bot_attempts = models.PositiveSmallIntegerField(_("attempts of the bot"), default=0)
    bot_epoch = models.PositiveIntegerField(_("epoch of the bot"), default=0)
    opened_at = models.DateTimeField(_("opened at"))
    queued_at = models.DateTimeField(_("in the queue since"), null=True, blank=True)
    awaiting_reply_since = models.DateTimeField(_("customer waits since"), null=True, blank=True)
    last_customer_message_at = models.DateTimeField(
        _("last message of the customer at"), null=True, blank=True
    )
    first_reply_at = models.DateTimeField(_("first reply at"), null=True, blank=True)
    # Snoozed without an end: until the customer writes.
    snoozed_at = models.DateTimeField(_("snoozed at"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    last_message_at = models.DateTimeField(_("last message at"))
    last_message_preview = models.CharField(
        _("beginning of the last message"), max_length=200, blank=True
    )
    last_message = models.ForeignKey(
        "conversations.Message",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last message"),
    )
    unread_count = models.PositiveIntegerField(_("unread messages"), default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closing_reason = models.ForeignKey(
        ClosingReason, models.SET_NULL, null=True, blank=True, verbose_name=_("closing reason")
    )
    reopened_count = models.PositiveSmallIntegerField(_("times reopened"), default=0)
    version = models.PositiveBigIntegerField(_("version"), default=0)
    last_event_sequence = models.PositiveIntegerField(_("number of the last event"), default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "channel"],
                condition=~Q(state=State.CLOSED),
                name="conversations_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="conversations_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED) | Q(closed_at__isnull=False),
                name="conversations_closed_has_time",
            ),
        ]
        # 10-measurements.md, consequence 9: partial indexes for open ones, plain for the archive.
        indexes = [
            models.Index(
                F("queue"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=~Q(state=State.CLOSED),
                name="conversations_open_queue",
            ),
            models.Index(
                F("assignee"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=~Q(state=State.CLOSED),
                name="conversations_open_assignee",
            ),
            # The list's three orders for whoever sees (nearly) everything.
            models.Index(
                F("last_message_at").desc(),
                F("id").desc(),
                condition=~Q(state=State.CLOSED),
                name="conversations_open_newest",
            ),
            models.Index(
                F("priority").desc(),
                F("queued_at"),
                F("id"),
                condition=Q(state=State.QUEUED),
                name="conversations_next",
            ),
            models.Index(
                Coalesce("queued_at", "awaiting_reply_since"),
                F("id"),
                condition=~Q(state=State.CLOSED),
                name="conversations_longest",
            ),
            # What the counters ask for and nothing else: read from the index alone, however widely
            # the open conversations are spread over the table (85 ms -> 8 ms at 30,000 open ones).
            models.Index(
                fields=["queue", "state", "assignee", "snoozed_at", "unread_count"],
                condition=~Q(state=State.CLOSED),
                name="conversations_open_counted",
            ),
            models.Index(
                F("queue"),
                F("priority").desc(),
                F("queued_at"),
                F("id"),
                condition=Q(state=State.QUEUED),
                name="conversations_waiting",
            ),
            models.Index(
                F("state"), F("last_message_at").desc(), F("id").desc(), name="conversations_state"
            ),
            models.Index(
                F("queue"),
                F("state"),
                F("last_message_at").desc(),
                F("id").desc(),
                name="conversations_queue_state",
            ),
            models.Index(
                F("assignee"),
                F("state"),
                F("last_message_at").desc(),
                F("id").desc(),
                name="conversations_assignee_state",
            ),
            # Open and closed ones together: what the search walks through.
            models.Index(F("last_message_at").desc(), F("id").desc(), name="conversations_newest"),
            models.Index(F("customer"), F("opened_at").desc(), name="conversations_of_customer"),
            models.Index(
                F("contact"),
                F("closed_at").desc(),
                condition=Q(state=State.CLOSED),
                name="conversations_last_closed",
            ),
            models.Index(
                F("snoozed_until"),
                condition=Q(snoozed_until__isnull=False),
                name="conversations_snoozed",
            ),
        ]

    def __str__(self) -> str:
        return self.protocol

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED

    @property
    def is_closed(self) -> bool:
        return self.state == State.CLOSED

    @property
    def is_active(self) -> bool:
        return self.state == State.ACTIVE

    def can_be_answered_by(self, user) -> bool:
        """Whether this person may write to the customer now."""
        return self.is_active and self.assignee_id == user.pk

    def window_is_open(self, at=None) -> bool:
        return self.contact.window_is_open(at or timezone.now())

    @property
    def window_closes_at(self):
        """When free text ends; None on channels without a service window, and before any message."""
        return self.contact.window_closes_at if self.channel.has_service_window else None

    @property
    def reopens_until(self):
        """Until when a closed conversation can be opened again; None while it is open."""
        hours = timedelta(hours=site_setting("reopen_hours"))
        return self.closed_at + hours if self.is_closed else None

    @property
    def window_closes_soon(self) -> bool:
        """Whether few enough hours are left that whoever looks should hurry."""
        left = self.window_closes_at and self.window_closes_at - timezone.now()
        return bool(left and timedelta() < left < WINDOW_SOON)


class ProtocolCounter(models.Model):
    """The last protocol number given on a day in the site's time zone."""

    day = models.DateField(primary_key=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.value}"


class EventKind(models.TextChoices):
    OPENED = "opened", _("Opened")
    STATE = "state", _("State changed")
    CUSTOMER_WAITING = "customer_waiting", _("Customer waits for a reply")
    REPLIED = "replied", _("Replied")
    QUEUED = "queued", _("Entered the queue")
    ASSIGNED = "assigned", _("Assigned")
    TRANSFERRED = "transferred", _("Transferred")
    TAGGED = "tagged", _("Tags changed")
    NOTED = "noted", _("Note added")
    SNOOZED = "snoozed", _("Snoozed")
    UNSNOOZED = "unsnoozed", _("Snooze ended")
    UNDONE = "undone", _("Undone")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    RETURNED = "returned", _("Returned to the queue")
    RETURNED_TO_BOT = "returned_to_bot", _("Returned to the bot")
    PRIORITY = "priority", _("Priority changed")
    BOT_FAILED = "bot_failed", _("The bot did not understand")
    SLA = "sla", _("Service level")
    SURVEY = "survey", _("Satisfaction survey")
    MERGED = "merged", _("Customers joined")


class ConversationEvent(UUIDModel):
    """What happened to a conversation, once and for ever: reports and the thread read it."""

    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="events", verbose_name=_("conversation")
    )
    sequence = models.PositiveIntegerField(_("sequence number"))
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    from_state = models.CharField(_("from state"), max_length=8, choices=State.choices, blank=True)
    to_state = models.CharField(_("to state"), max_length=8, choices=State.choices, blank=True)
    from_queue = models.ForeignKey(
        Queue,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from queue"),
    )
    to_queue = models.ForeignKey(
        Queue, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("to queue")
    )
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from agent"),
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to agent"),
    )
    channel = models.ForeignKey(
        Channel, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("channel")
    )
    reason = models.CharField(_("reason"), max_length=80, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who did it"),
    )
    data = models.JSONField(_("data"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    cause = models.CharField(_("cause"), max_length=120, null=True, blank=True, unique=True)
    version = models.PositiveBigIntegerField(_("version"), default=0)
    occurred_at = models.DateTimeField(_("occurred at"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("conversation event")
        verbose_name_plural = _("conversation events")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "sequence"], name="conversations_event_sequence"
            )
        ]
        indexes = [
            models.Index(fields=["occurred_at"], name="conversations_event_time"),
            models.Index(fields=["kind", "occurred_at"], name="conversations_event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.sequence} {self.kind}"
