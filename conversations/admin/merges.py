"""Customers that were joined, and how that is taken back."""

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import BoundedPaginator, ReadOnlyAdmin
from conversations.access import visible_conversations
from conversations.actions import customers as actions
from conversations.actions.errors import Refused
from conversations.models import CustomerMerge

TWO = 2


@admin.register(CustomerMerge)
class CustomerMergeAdmin(ReadOnlyAdmin):
    """The log of joined customers, as far as one sees a conversation of who was kept."""

    list_display = ["kept", "merged_name", "actor", "occurred_at", "undone_at"]
    list_filter = [("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["kept", "actor"]
    fields = readonly_fields = list_display
    ordering = ["-id"]
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions = ["take_back"]

    def get_queryset(self, request):
        merges = super().get_queryset(request)
        if request.user.is_admin:
            return merges
        seen = visible_conversations(request.user).filter(customer=OuterRef("kept"))
        return merges.filter(Exists(seen))

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("conversations.change_customer")

    @admin.display(description=_("joined with them"))
    def merged_name(self, merge):
        return merge.merged_name

    @admin.action(description=_("Take back"))
    def take_back(self, request, merges):
        done = 0
        for merge in merges:
            try:
                actions.unmerge(merge, by=request.user)
                done += 1
            except Refused as error:
                self.message_user(request, f"{merge.merged_name}: {error}", messages.WARNING)
        if done:
            text = ngettext("%d joining was taken back.", "%d joinings were taken back.", done)
            self.message_user(request, text % done, messages.SUCCESS)


@admin.action(description=_("Join two into the older one"), permissions=["change"])
def join_two(model_admin, request, customers):
    """Make one customer of two that were chosen in the list: the older one is kept."""
    chosen = list(customers.order_by("created_at", "id")[: TWO + 1])
    if len(chosen) != TWO:
        text = gettext("Choose exactly two customers that are the same person.")
        model_admin.message_user(request, text, messages.WARNING)
        return
    kept, given = chosen
    try:
        actions.merge(given, into=kept, by=request.user)
    except Refused as error:
        model_admin.message_user(request, str(error), messages.WARNING)
    else:
        text = gettext("%(name)s is one customer now.") % {"name": kept}
        model_admin.message_user(request, text, messages.SUCCESS)
