"""Who may see and change which conversation. Pages, fragments, files and sockets all ask here."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from accounts.models.users import Role
from conversations.models import (
    Attachment,
    CannedAttachment,
    CannedResponse,
    Channel,
    Conversation,
    ConversationEvent,
    Customer,
    CustomerImport,
    CustomerMerge,
    CustomerNote,
    Message,
    Notice,
    Notification,
    ProviderName,
    Queue,
    Room,
    RoomMessage,
    SavedView,
)


def visible_conversations(user):
    """Return the conversations this person may read."""
    return Conversation.objects.for_user(user)


def visible_customers(user):
    """Return the customers this person sees: through a conversation, or by the right to see all."""
    if user.has_perm("conversations.see_all_customers"):
        return Customer.objects.all()
    return Customer.objects.filter(
        Exists(visible_conversations(user).filter(customer=OuterRef("pk")))
    )


def get_customer(user, customer_id) -> Customer:
    """Return a customer to read; Http404 alike for a foreign one and for none."""
    customer = visible_customers(user).filter(pk=_uuid(customer_id)).first()
    if customer is None:
        raise Http404
    return customer


def get_customer_to_change(user, customer_id) -> Customer:
    """Return a customer to change; Http404 when unseen, PermissionDenied for viewers."""
    customer = get_customer(user, customer_id)
    if not may_change(user):
        raise PermissionDenied
    return customer


def get_customer_note(user, note_id) -> CustomerNote:
    """Return a note of one's own to change; PermissionDenied for another's, Http404 if unseen."""
    note = CustomerNote.objects.select_related("customer").filter(pk=_uuid(note_id)).first()
    if note is None:
        raise Http404
    get_customer_to_change(user, note.customer_id)
    if note.author_id != user.pk:
        raise PermissionDenied
    return note


def get_merge(user, merge_id) -> CustomerMerge:
    """Return a joining to take back; Http404 when its customer is unseen, 403 for viewers."""
    merge = CustomerMerge.objects.select_related("kept").filter(pk=_uuid(merge_id)).first()
    if merge is None:
        raise Http404
    get_customer_to_change(user, merge.kept_id)
    return merge


def visible_queues(user):
    """Return the active queues this person sees, in their order."""
    return Queue.objects.filter(is_active=True).for_user(user).in_order()


def visible_channels(user):
    """Return the channels whose settings this person sees: those that lead to queues of theirs."""
    return Channel.objects.for_user(user)


def get_channel(user, channel_id) -> Channel:
    """Return a channel to look after; Http404 alike for a foreign one and for none."""
    rows = visible_channels(user).select_related("default_queue", "waba")
    channel = rows.filter(pk=_uuid(channel_id)).first()
    if channel is None:
        raise Http404
    return channel


def get_notice(user, notice_id) -> Notice:
    """Return a notice of a channel or account this person sees; Http404 otherwise."""
    notice = Notice.objects.for_user(user).filter(pk=_uuid(notice_id)).first()
    if notice is None:
        raise Http404
    return notice


def get_import(user, import_id) -> CustomerImport:
    """Return an import of customers that this person may go on with; Http404 otherwise."""
    found = CustomerImport.objects.for_user(user).filter(pk=_uuid(import_id)).first()
    if found is None:
        raise Http404
    return found


def get_conversation(user, conversation_id) -> Conversation:
    """Return a conversation to read; Http404 alike for a foreign one and for none."""
    conversation = (
        visible_conversations(user)
        .select_related(
            "customer", "channel", "contact__channel", "queue", "assignee", "closing_reason"
        )
        .filter(pk=_uuid(conversation_id))
        .first()
    )
    if conversation is None:
        raise Http404
    return conversation


def get_conversation_to_change(user, conversation_id) -> Conversation:
    """Return a conversation to change; Http404 when unseen, PermissionDenied for viewers."""
    conversation = get_conversation(user, conversation_id)
    if not may_change(user):
        raise PermissionDenied
    return conversation


def get_message(user, message_id) -> Message:
    """Return a message of a conversation this person may read; Http404 otherwise."""
    message = (
        Message.objects.select_related("conversation__contact__channel", "channel", "contact")
        .filter(pk=_uuid(message_id), conversation__in=visible_conversations(user))
        .first()
    )
    if message is None:
        raise Http404
    return message


def get_own_event(user, event_id) -> ConversationEvent:
    """Return what this person themselves did to a conversation, wherever it is by now; else Http404.

    Whoever hands a conversation over may take that back though they see it no more.
    """
    rows = ConversationEvent.objects.select_related("conversation__contact__channel")
    event = rows.filter(pk=_uuid(event_id), actor=user).first()
    if event is None:
        raise Http404
    return event


def get_message_to_change(user, message_id) -> Message:
    """Return a message to change; Http404 when unseen, PermissionDenied for viewers."""
    message = get_message(user, message_id)
    if not may_change(user):
        raise PermissionDenied
    return message


def get_attachment(user, attachment_id) -> Attachment:
    """Return a file of a conversation this person may read; Http404 otherwise."""
    attachment = (
        Attachment.objects.select_related("message__conversation")
        .filter(pk=_uuid(attachment_id), message__conversation__in=visible_conversations(user))
        .first()
    )
    if attachment is None:
        raise Http404
    return attachment


def visible_notifications(user):
    """Return what this person has been told and may still read."""
    rows = Notification.objects.filter(user=user)
    if user.is_admin:
        return rows
    readable = Q(conversation=None) | Q(conversation__in=visible_conversations(user))
    return rows.filter(readable)


def get_notification(user, notification_id) -> Notification:
    """Return a notification of one's own; Http404 otherwise."""
    rows = visible_notifications(user).select_related("conversation", "room")
    notification = rows.filter(pk=_uuid(notification_id)).first()
    if notification is None:
        raise Http404
    return notification


def visible_rooms(user):
    """Return the rooms of colleagues that this person reads."""
    return Room.objects.for_user(user)


def get_room(user, room_id) -> Room:
    """Return a room to read; Http404 alike for a foreign one and for none."""
    room = visible_rooms(user).select_related("queue").filter(pk=_uuid(room_id)).first()
    if room is None:
        raise Http404
    return room


def get_room_to_write(user, room_id) -> Room:
    """Return a room to write in; Http404 when unseen, PermissionDenied for viewers."""
    room = get_room(user, room_id)
    if not may_change(user):
        raise PermissionDenied
    return room


def get_room_to_join(_user, room_id) -> Room:
    """Return an open room, which every colleague may join; Http404 for any other room."""
    room = Room.objects.open().filter(pk=_uuid(room_id)).first()
    if room is None:
        raise Http404
    return room


def get_room_message(user, room_id, message_id) -> RoomMessage:
    """Return a message of a room this person reads; Http404 otherwise."""
    rows = RoomMessage.objects.select_related("room", "conversation")
    message = rows.filter(pk=_uuid(message_id), room=get_room(user, room_id)).first()
    if message is None:
        raise Http404
    return message


def get_gateway_channel(user, channel_id) -> Channel:
    """Return a number with a QR code to look after; Http404 for any other."""
    channel = get_channel(user, channel_id)
    if channel.provider != ProviderName.GATEWAY:
        raise Http404
    return channel


def get_canned_response(user, response_id) -> CannedResponse:
    """Return a canned response this person may use; Http404 alike for a foreign one and for none."""
    rows = CannedResponse.objects.for_user(user).select_related("queue")
    response = rows.prefetch_related("files").filter(pk=_uuid(response_id)).first()
    if response is None:
        raise Http404
    return response


def get_canned_response_to_change(user, response_id) -> CannedResponse:
    """Return a canned response to change; Http404 when unseen, PermissionDenied when not theirs."""
    response = get_canned_response(user, response_id)
    if not may_change_canned(user, response):
        raise PermissionDenied
    return response


def get_canned_file(user, file_id) -> CannedAttachment:
    """Return a file of a canned response this person may use; Http404 otherwise."""
    seen = CannedResponse.objects.for_user(user)
    rows = CannedAttachment.objects.filter(pk=_uuid(file_id), canned_response__in=seen)
    file = rows.first()
    if file is None:
        raise Http404
    return file


def may_change_canned(user, response: CannedResponse) -> bool:
    """Whether it is theirs; those of queues and of all are the supervisors' of those queues."""
    if response.owner_id is not None:
        return may_change(user) and response.owner_id == user.pk
    return user.role in (Role.SUPERVISOR, Role.ADMIN)


def get_view_to_change(user, view_id) -> SavedView:
    """Return a view to change: one's own, and for administrators whatever is shared.

    Http404 for another's and for none, PermissionDenied for one that somebody else shares.
    """
    view = SavedView.objects.for_user(user).filter(pk=_uuid(view_id)).first()
    if view is None:
        raise Http404
    if view.owner_id != user.pk and not user.is_admin:
        raise PermissionDenied
    return view


def may_change(user) -> bool:
    """Whether the role changes anything at all: viewers read."""
    return user.role != Role.VIEWER


def may_see_conversation(user, conversation_id) -> bool:
    """Whether this person may read it; false for what does not exist and for what is no id."""
    identifier = _uuid(conversation_id)
    return identifier is not None and visible_conversations(user).filter(pk=identifier).exists()


def may_watch_queue(user, queue_id) -> bool:
    """Whether this person may hear of changes in a queue; false for what does not exist."""
    identifier = _uuid(queue_id)
    return identifier is not None and visible_queues(user).filter(pk=identifier).exists()


def _uuid(value) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        return None
