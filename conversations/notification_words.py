"""Notifications in words, in the language of the moment, and where they lead."""

from django.urls import reverse
from django.utils.translation import gettext as _

from conversations.models import Notification, NotificationKind

ICONS = {
    NotificationKind.MESSAGE: "message-square",
    NotificationKind.ASSIGNED: "circle-user",
    NotificationKind.MENTIONED: "at-sign",
    NotificationKind.WAITING: "clock",
    NotificationKind.SLA: "clock",
    NotificationKind.ROOM: "messages-square",
}


def sentence(notification: Notification) -> str:
    """Say what happened, for the person it is for: with the customer's and the colleague's names."""
    return _pattern(notification) % _names(notification)


def bare_sentence(notification: Notification, *, names_customer: bool) -> str:
    """Say what happened as it may leave the house: without text, at most a customer's first name."""
    if names_customer and notification.conversation is not None:
        first = (notification.conversation.customer.name or "").split(" ")[0]
        if first:
            return "%s: %s" % (first, _kind_words(notification.kind))  # noqa: UP031
    return _kind_words(notification.kind)


def address(notification: Notification) -> str:
    """Return where it happened: the conversation, at its message where there is one; or the room."""
    if notification.room_id:
        return reverse("conversations:room", args=[notification.room_id])
    if notification.conversation_id is None:
        return reverse("conversations:notifications")
    place = reverse("conversations:conversation", args=[notification.conversation_id])
    return f"{place}?at={notification.message_id}" if notification.message_id else place


def icon_of(notification: Notification) -> str:
    """Return the name of the icon of its kind."""
    return ICONS.get(notification.kind, "bell")


def _pattern(notification: Notification) -> str:
    kind, is_by_somebody = notification.kind, notification.actor_id is not None
    if kind == NotificationKind.ASSIGNED and is_by_somebody:
        return _("%(actor)s assigned %(customer)s to you")
    if kind == NotificationKind.MENTIONED and notification.room_id:
        return _("%(actor)s mentioned you in %(room)s")
    patterns = {
        NotificationKind.MESSAGE: _("%(customer)s wrote"),
        NotificationKind.ASSIGNED: _("%(customer)s was assigned to you"),
        NotificationKind.MENTIONED: _("%(actor)s mentioned you in a note on %(customer)s"),
        NotificationKind.WAITING: _("%(customer)s has been waiting too long"),
        NotificationKind.SLA: _("The service level of %(customer)s is at risk"),
        NotificationKind.ROOM: _("%(actor)s wrote to you"),
    }
    return patterns[kind]


def _kind_words(kind: str) -> str:
    words = {
        NotificationKind.MESSAGE: _("New message in a conversation of yours"),
        NotificationKind.ASSIGNED: _("A conversation was assigned to you"),
        NotificationKind.MENTIONED: _("A colleague mentioned you"),
        NotificationKind.WAITING: _("Somebody has been waiting too long in a queue of yours"),
        NotificationKind.SLA: _("A service level is at risk"),
        NotificationKind.ROOM: _("A colleague wrote to you"),
    }
    return words[kind]


def _names(notification: Notification) -> dict:
    conversation, room = notification.conversation, notification.room
    return {
        "actor": notification.actor or _("Somebody"),
        "customer": _customer(conversation.customer) if conversation else _("Somebody"),
        "room": room or _("a room"),
    }


def _customer(customer) -> str:
    return customer.name or customer.phone or _("A customer without a name")
