"""What the administration of every app is made of."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.utils.functional import cached_property

COUNTED_AT_MOST = 10_000


class BoundedPaginator(Paginator):
    """Counts no further than 10,000 rows: a full COUNT of millions of messages takes seconds."""

    @cached_property
    def count(self):
        return self.object_list.order_by()[:COUNTED_AT_MOST].count()


class QuietHistory:
    """A ModelAdmin that tells nobody whether a row exists in a table they may not see.

    Django's history page looks for the row before it asks for the right.
    """

    def history_view(self, request, object_id, extra_context=None):
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)


class ReadOnlyAdmin(QuietHistory, admin.ModelAdmin):
    """Rows that the product writes and people look at."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class OwnRows:
    """A ModelAdmin whose rows are changed by those whose they are: `is_own(user, obj)` tells."""

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or self.is_own(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or self.is_own(request.user, obj))


class AdministratorsOnly:
    """A ModelAdmin that supervisors do not find."""

    def has_module_permission(self, request):
        return request.user.is_active and getattr(request.user, "is_admin", False)

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)


class BigTableAdmin(AdministratorsOnly, ReadOnlyAdmin):
    """A table of millions: newest first by key, never counted whole."""

    paginator = BoundedPaginator
    show_full_result_count = False
    ordering = ["-id"]
    list_per_page = 50
