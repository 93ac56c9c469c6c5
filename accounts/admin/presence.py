from django.contrib import admin

from accounts.access import colleagues
from accounts.admin.base import BoundedPaginator, ReadOnlyAdmin
from accounts.models import PresenceEntry


@admin.register(PresenceEntry)
class PresenceEntryAdmin(ReadOnlyAdmin):
    list_display = ["user", "availability", "reason", "started_at", "ended_at"]
    list_filter = ["availability"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__full_name"]
    ordering = ["-id"]
    paginator = BoundedPaginator
    show_full_result_count = False

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_admin else rows.filter(user__in=colleagues(request.user))
