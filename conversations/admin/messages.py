from django.contrib import admin

from accounts.admin.base import BigTableAdmin
from conversations.models import Message, SendAttempt


class SendAttemptInline(admin.TabularInline):
    model = SendAttempt
    fields = ["started_at", "finished_at", "provider_id", "error_code", "error_text", "trace_id"]
    readonly_fields = fields
    ordering = ["-started_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Message)
class MessageAdmin(BigTableAdmin):
    """Messages and what became of them. The list does not show what people wrote."""

    list_display = [
        "created_at", "conversation", "channel", "sender", "kind", "status", "attempts", "error_code",
    ]  # fmt: skip
    list_filter = ["status", "sender", "kind"]
    list_select_related = ["conversation", "channel"]
    search_fields = ["provider_id__exact", "conversation__protocol__exact"]
    inlines = [SendAttemptInline]


@admin.register(SendAttempt)
class SendAttemptAdmin(BigTableAdmin):
    list_display = ["started_at", "finished_at", "message", "provider_id", "error_code", "trace_id"]
    list_select_related = ["message"]
    search_fields = ["provider_id__exact", "trace_id__exact"]
