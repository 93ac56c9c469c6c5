from django.contrib import admin

from conversations.admin.base import OwnQueues
from conversations.models import CannedResponse


@admin.register(CannedResponse)
class CannedResponseAdmin(OwnQueues, admin.ModelAdmin):
    """Shared ones and those of queues. Personal ones are their owners' own business."""

    shows_shared = True
    list_display = ["shortcut", "title", "queue", "uses"]
    list_select_related = ["queue"]
    search_fields = ["shortcut", "title", "body"]
    ordering = ["shortcut"]
    fields = ["shortcut", "title", "queue", "body"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(owner=None)
