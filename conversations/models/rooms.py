from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from conversations.models.conversations import Conversation
from conversations.models.queues import Queue
from helpdesk.core.models import UUIDModel


class RoomKind(models.TextChoices):
    QUEUE = "queue", _("Of a queue")
    OPEN = "open", _("Room")
    DIRECT = "direct", _("Direct messages")


class RoomQuerySet(models.QuerySet):
    def for_user(self, user):
        """Rooms this person reads: those of their queues, and others they are a member of.

        In a queue's room a membership only says how far somebody has read; the right to read it
        comes from the queue and ends with it.
        """
        queues = Queue.objects.filter(is_active=True).for_user(user)
        mine = RoomMembership.objects.filter(room=OuterRef("pk"), user=user)
        return self.filter(Q(queue__in=queues) | (~Q(kind=RoomKind.QUEUE) & Exists(mine)))

    def open(self):
        """Rooms that whoever likes may join."""
        return self.filter(kind=RoomKind.OPEN)


class Room(UUIDModel):
    """Where colleagues talk among themselves; a queue has one by itself."""

    kind = models.CharField(_("kind"), max_length=6, choices=RoomKind.choices)
    name = models.CharField(_("name"), max_length=80, blank=True)
    queue = models.OneToOneField(
        Queue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="room",
        verbose_name=_("queue"),
    )
    # The two people's ids in order: two who write at once find the same room.
    direct_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    last_message_at = models.DateTimeField(_("last message at"), null=True, blank=True)
    # Grows with everything that happens here; `last_number` with new messages only.
    version = models.PositiveBigIntegerField(_("version"), default=0)
    last_number = models.PositiveBigIntegerField(_("messages"), default=0)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RoomKind.QUEUE, queue__isnull=False)
                | Q(kind=RoomKind.OPEN)
                | Q(kind=RoomKind.DIRECT, direct_key__isnull=False),
                name="conversations_room_kind",
            )
        ]

    def __str__(self) -> str:
        return self.queue.name if self.queue else self.name or str(self.get_kind_display())

    @property
    def is_direct(self) -> bool:
        return self.kind == RoomKind.DIRECT

    @property
    def is_open(self) -> bool:
        return self.kind == RoomKind.OPEN

    @property
    def is_of_queue(self) -> bool:
        return self.kind == RoomKind.QUEUE


class RoomMembership(UUIDModel):
    """Somebody is in a room, and how far they have read."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="room_memberships"
    )
    read_version = models.PositiveBigIntegerField(default=0)
    is_muted = models.BooleanField(_("muted"), default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership of a room")
        verbose_name_plural = _("memberships of rooms")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="conversations_room_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.room_id} / {self.user_id}"


class RoomMessage(UUIDModel):
    """One line that a colleague wrote to colleagues; `number` is its place in the room."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="messages")
    number = models.PositiveBigIntegerField()
    # The room's, at this message's last change.
    version = models.PositiveBigIntegerField(default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="room_messages"
    )
    body = models.TextField(_("text"), blank=True)
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    client_token = models.UUIDField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message among colleagues")
        verbose_name_plural = _("messages among colleagues")
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="conversations_room_number")
        ]
        indexes = [models.Index(fields=["room", "version"], name="conversations_room_version")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.number}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class RoomWord(models.Model):
    """A word of a line, without accents and in small letters: what the search of rooms looks into."""

    message = models.ForeignKey(RoomMessage, models.CASCADE, related_name="words")
    # On PostgreSQL such a column has an index for beginnings of words too.
    word = models.CharField(max_length=30, db_index=True)

    class Meta:
        verbose_name = _("word of a message among colleagues")
        verbose_name_plural = _("words of messages among colleagues")

    def __str__(self) -> str:
        return self.word
