from django.contrib import admin

from accounts import events
from accounts.admin.users import UserAdmin
from accounts.models import User
from conversations.admin.base import OwnQueues
from conversations.models import (
    BusinessHours,
    ClosingReason,
    Holiday,
    Queue,
    QueueMembership,
)


class MemberInline(admin.TabularInline):
    model = QueueMembership
    fields = ["user", "position"]
    autocomplete_fields = ["user"]
    extra = 0


class HoursInline(admin.TabularInline):
    model = BusinessHours
    extra = 0


class ReasonInline(admin.TabularInline):
    model = ClosingReason
    fields = ["name", "counts_as_resolved", "is_active", "position"]
    extra = 0


@admin.register(Queue)
class QueueAdmin(admin.ModelAdmin):
    """What is obeyed today. Greeting, assignment, position texts and service levels have their
    columns and come to this page with the work that obeys them."""

    fields = ["name", "hue", "position", "out_of_hours_text", "is_active"]
    list_display = ["name", "position", "is_active"]
    search_fields = ["name"]
    ordering = ["position", "name"]
    inlines = [MemberInline, HoursInline, ReasonInline]

    def get_queryset(self, request):
        return super().get_queryset(request).for_user(request.user)

    def has_delete_permission(self, request, obj=None):
        """A queue with a history stays; it is deactivated."""
        return False

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change and not request.user.is_admin:
            # Otherwise a supervisor would not find the queue they have just made.
            QueueMembership.objects.get_or_create(queue=form.instance, user=request.user)
        announce_members(formsets)


class MembershipOfUserInline(admin.TabularInline):
    """The queues of one person, on that person's page."""

    model = QueueMembership
    fields = ["queue", "position"]
    autocomplete_fields = ["queue"]
    extra = 0


admin.site.unregister(User)


@admin.register(User)
class UserWithQueuesAdmin(UserAdmin):
    """Users as accounts knows them, and the queues they work in, which it does not know."""

    inlines = [MembershipOfUserInline]

    def get_inlines(self, request, obj):
        return self.inlines if obj and request.user.is_admin else []

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        announce_members(formsets)


def announce_members(formsets) -> None:
    """Tell the sockets of everybody whose queues have changed."""
    memberships = [formset for formset in formsets if formset.model is QueueMembership]
    for formset in memberships:
        changed = [row for row, _fields in formset.changed_objects]
        for row in [*formset.new_objects, *changed, *formset.deleted_objects]:
            events.publish(events.access_changed, row.user_id)


@admin.register(Holiday)
class HolidayAdmin(OwnQueues, admin.ModelAdmin):
    shows_shared = True
    list_display = ["date", "name", "queue"]
    list_select_related = ["queue"]
    search_fields = ["name"]
    ordering = ["-date"]


@admin.register(ClosingReason)
class ClosingReasonAdmin(OwnQueues, admin.ModelAdmin):
    shows_shared = True
    list_display = ["name", "queue", "counts_as_resolved", "is_active", "position"]
    list_filter = ["is_active"]
    list_select_related = ["queue"]
    search_fields = ["name"]
    ordering = ["queue__name", "position", "name"]
