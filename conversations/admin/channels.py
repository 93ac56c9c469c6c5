from django.contrib import admin, messages
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from conversations import webhook_secrets
from conversations.actions.channels import check, resume
from conversations.admin.base import OwnQueues
from conversations.admin.secrets import SECRETS, SecretsForm
from conversations.channel_words import pause_text
from conversations.models import Channel, Waba
from conversations.providers import registry

IDENTITY = ["provider", "waba", "phone_number_id", "gateway_instance"]


@admin.register(Channel)
class ChannelAdmin(OwnQueues, admin.ModelAdmin):
    """Numbers. Supervisors name them and lead them to a queue; secrets are the administrators'."""

    queue_field = "default_queue"
    list_display = [
        "name", "badge", "provider", "display_phone_number", "default_queue", "status",
        "paused", "is_active",
    ]  # fmt: skip
    list_filter = ["provider", "status", "is_active"]
    list_select_related = ["default_queue"]
    search_fields = ["name", "badge", "display_phone_number", "phone_number_id"]
    ordering = ["name"]
    readonly_fields = ["status", "health", "paused", "created_at"]
    fieldsets = [
        (None, {"fields": ["name", "badge", "badge_hue", "default_queue", "is_active"]}),
        (_("Number"), {"fields": [*IDENTITY, "display_phone_number", "messages_per_second"]}),
        (_("State"), {"fields": readonly_fields}),
    ]
    actions = ["check_connection", "resume_sending"]
    secret_fields = [*[f"new_{name}" for name in SECRETS], "removed_secrets"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*SECRETS)

    @admin.display(description=_("paused because"), ordering="paused_reason")
    def paused(self, channel):
        return pause_text(channel)

    def get_form(self, request, obj=None, change=False, **kwargs):
        if request.user.is_admin:
            kwargs["form"] = SecretsForm
        # A form takes its own fields from whoever posts them, shown or not: others get none.
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        if not request.user.is_admin:
            return self.fieldsets
        return [
            *self.fieldsets[:2],
            (_("Secrets"), {"fields": self.secret_fields}),
            self.fieldsets[2],
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None or request.user.is_admin:
            return self.readonly_fields
        # Whoever leads an existing number elsewhere would take its secrets along.
        return [*self.readonly_fields, *IDENTITY]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Offer the providers that this installation knows: the others could not send."""
        if db_field.name == "provider":
            known = {provider.name for provider in registry.all()}
            kwargs["choices"] = [one for one in db_field.choices if one[0] in known]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_delete_permission(self, request, obj=None):
        """A number with a history stays; it is deactivated."""
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        transaction.on_commit(webhook_secrets.forget)

    @admin.action(description=_("Check the connection"), permissions=["change"])
    def check_connection(self, request, channels):
        # Loaded anew: the list leaves the secrets out, and a check needs them.
        for channel in Channel.objects.filter(pk__in=channels.values("pk")):
            if check(channel):
                self.message_user(request, _("%s is connected.") % channel, messages.SUCCESS)
            else:
                self.message_user(
                    request, _("%s does not answer as it should.") % channel, messages.ERROR
                )

    @admin.action(description=_("Send again after a pause"), permissions=["change"])
    def resume_sending(self, request, channels):
        for channel in channels:
            resume(channel, by=request.user)
        self.message_user(request, _("The channels send again."), messages.SUCCESS)


@admin.register(Waba)
class WabaAdmin(admin.ModelAdmin):
    list_display = ["name", "waba_id", "portfolio_limit", "review_state"]
    search_fields = ["name", "waba_id"]
    readonly_fields = ["portfolio_limit", "review_state"]
    ordering = ["name"]

    def has_delete_permission(self, request, obj=None):
        return False
