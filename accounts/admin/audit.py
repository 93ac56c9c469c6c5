from django.contrib import admin

from accounts.admin.base import BoundedPaginator, ReadOnlyAdmin
from accounts.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The raw rows. The page of the trail shows them in words."""

    list_display = [
        "occurred_at",
        "actor_name",
        "kind",
        "target_type",
        "target_label",
        "source",
        "address",
    ]
    list_filter = ["kind", "source"]
    search_fields = ["actor_name", "target_label", "target_id__exact", "request_id__exact"]
    ordering = ["-occurred_at", "-id"]
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
