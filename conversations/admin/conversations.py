from django.contrib import admin

from accounts.admin.base import BigTableAdmin
from conversations.models import Conversation, ConversationEvent


@admin.register(Conversation)
class ConversationAdmin(BigTableAdmin):
    """To look things up. Conversations are worked on in the inbox."""

    list_display = [
        "protocol", "state", "queue", "assignee", "customer", "channel", "opened_at", "closed_at",
    ]  # fmt: skip
    list_filter = ["state", "priority"]
    list_select_related = ["queue", "assignee", "customer", "channel"]
    search_fields = ["protocol__exact"]


@admin.register(ConversationEvent)
class ConversationEventAdmin(BigTableAdmin):
    list_display = [
        "occurred_at", "conversation", "sequence", "kind", "from_state", "to_state", "to_queue",
        "to_user", "actor", "reason",
    ]  # fmt: skip
    list_filter = ["kind"]
    list_select_related = ["conversation", "to_queue", "to_user", "actor"]
    search_fields = ["conversation__protocol__exact"]
