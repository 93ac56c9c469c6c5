from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models.conversations import Conversation
from conversations.models.messages import Message
from conversations.models.rooms import Room
from helpdesk.core.fields import EncryptedTextField
from helpdesk.core.models import UUIDModel


class NotificationKind(models.TextChoices):
    MESSAGE = "message", _("Message in a conversation of mine")
    ASSIGNED = "assigned", _("Assigned to me")
    MENTIONED = "mentioned", _("Mentioned")
    WAITING = "waiting", _("Waiting too long")
    SLA = "sla", _("Service level at risk")
    ROOM = "room", _("Message of a colleague")


class Mention(UUIDModel):
    """Somebody is named in a private note."""

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="mentions", verbose_name=_("note")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions", verbose_name=_("user")
    )

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="conversations_mention_once")
        ]

    def __str__(self) -> str:
        return f"{self.message_id} @{self.user_id}"


class NotificationQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)

    def newest_first(self):
        return self.order_by("-id")


class Notification(UUIDModel):
    """Something one person is to hear of, once per cause, whether or not a page of theirs is open."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notifications",
        verbose_name=_("user"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NotificationKind.choices)
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, blank=True, verbose_name=_("conversation")
    )
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, verbose_name=_("message")
    )
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, verbose_name=_("room"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who did it"),
    )
    # What brought it about; work that is done again finds it here.
    cause = models.CharField(_("cause"), max_length=120)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["user", "cause"], name="conversations_notified_once")
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="conversations_notified_user"),
            models.Index(
                fields=["user"], condition=Q(read_at=None), name="conversations_notified_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class PushSubscription(UUIDModel):
    """A browser that wants to be woken (Web Push, RFC 8030); its keys are the browser's."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="push_subscriptions",
        verbose_name=_("user"),
    )
    endpoint = models.URLField(_("address"), max_length=1000)
    endpoint_hash = models.CharField(_("hash of the address"), max_length=64, unique=True)
    public_key = models.CharField(_("public key"), max_length=120)
    auth_secret = EncryptedTextField(_("secret"))
    device = models.CharField(_("device"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)

    class Meta:
        verbose_name = _("browser to notify")
        verbose_name_plural = _("browsers to notify")

    def __str__(self) -> str:
        return self.device or str(self.pk)
