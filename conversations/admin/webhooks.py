from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.base import BigTableAdmin
from conversations.actions.ingest import replay
from conversations.admin.masking import mask, masked_body
from conversations.admin.way import way_of
from conversations.models import WebhookEvent, WorkItem


class ItemStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", _("Waiting")), ("parked", _("Parked")), ("processed", _("Processed"))]

    def queryset(self, request, queryset):
        match self.value():
            case "waiting":
                return queryset.unprocessed()
            case "parked":
                return queryset.parked()
            case "processed":
                return queryset.exclude(processed_at=None)
        return queryset


class WebhookStateFilter(ItemStateFilter):
    def queryset(self, request, queryset):
        items = WorkItem.objects.filter(event_id=OuterRef("pk"))
        match self.value():
            case "waiting":
                return queryset.filter(Exists(items.unprocessed()))
            case "parked":
                return queryset.filter(Exists(items.parked()))
            case "processed":
                return queryset.exclude(processed_at=None)
        return queryset


@admin.register(WebhookEvent)
class WebhookEventAdmin(BigTableAdmin):
    """Bodies as they came in. Each shows its way: work items, messages, replies."""

    list_display = ["received_at", "state", "waba_id", "processed_at", "error"]
    list_filter = [WebhookStateFilter]
    fields = ["received_at", "processed_at", "waba_id", "error", "pretty_body"]
    readonly_fields = ["pretty_body"]
    change_form_template = "admin/conversations/webhookevent/change_form.html"

    def get_queryset(self, request):
        items = WorkItem.objects.filter(event_id=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(has_parked=Exists(items.parked()), has_waiting=Exists(items.unprocessed()))
        )

    @admin.display(description=_("state"))
    def state(self, webhook):
        if webhook.has_parked:
            return _("Parked")
        return _("Waiting") if webhook.has_waiting else _("Processed")

    @admin.display(description=_("body"))
    def pretty_body(self, webhook):
        return format_html("<pre>{}</pre>", masked_body(bytes(webhook.body)))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        webhook = self.get_object(request, object_id)
        context = {"way": way_of(webhook)} if webhook else {}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )


@admin.register(WorkItem)
class WorkItemAdmin(BigTableAdmin):
    """The parts of webhooks, in the order in which they are worked off."""

    list_display = [
        "id", "received_at", "partition", "masked_sender", "phone_number_id", "processed_at",
        "attempts", "short_error", "webhook",
    ]  # fmt: skip
    list_filter = [ItemStateFilter, "partition"]
    search_fields = ["phone_number_id__exact"]
    fields = [
        "webhook", "received_at", "partition", "masked_sender", "phone_number_id", "waba_id",
        "processed_at", "attempts", "error",
    ]  # fmt: skip
    readonly_fields = ["webhook", "masked_sender"]
    actions = ["replay_parked"]

    @admin.display(description=_("sender"))
    def masked_sender(self, item):
        return mask(item.sender)

    @admin.display(description=_("error"))
    def short_error(self, item):
        return item.error[:120]

    @admin.display(description=_("webhook"))
    def webhook(self, item):
        address = reverse("admin:conversations_webhookevent_change", args=[item.event_id])
        return format_html('<a href="{}">{}</a>', address, _("Show its way"))

    @admin.action(description=_("Try parked items again"))
    def replay_parked(self, request, items):
        count = replay(list(items.values_list("pk", flat=True)))
        text = (
            ngettext("%d item will be tried again.", "%d items will be tried again.", count) % count
        )
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)
