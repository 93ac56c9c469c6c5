"""Campaigns, to be looked at. They are made and steered on their own pages."""

from django.contrib import admin

from accounts.admin.base import BigTableAdmin, ReadOnlyAdmin
from campaigns.models import Campaign, Recipient


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["name", "state", "template", "queue", "starts_at", "created_by"]
    list_filter = ["state"]
    list_select_related = ["template", "queue", "created_by"]
    search_fields = ["name"]
    ordering = ["-id"]

    def get_queryset(self, request):
        campaigns = super().get_queryset(request)
        if request.user.is_admin:
            return campaigns
        return campaigns.filter(queue__in=request.user.queues.all())


@admin.register(Recipient)
class RecipientAdmin(BigTableAdmin):
    list_display = ["campaign", "customer", "state", "channel", "queued_at", "error_code"]
    list_filter = ["state"]
    list_select_related = ["campaign", "customer", "channel"]
    search_fields = ["campaign__name__exact"]
