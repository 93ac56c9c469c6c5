import json

from django.contrib import admin, messages
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin
from bots.actions.flows import publish, start_draft
from bots.engine.validation import validate
from bots.forms import FlowVersionForm
from bots.models import Bot, BotSession, BotStep, Flow, FlowVersion, KeywordRule
from bots.own_queues import OwnQueues
from bots.problems import text_of
from bots.reach import (
    bots_seen,
    bots_to_change,
    flows_seen,
    flows_to_change,
    rules_seen,
    rules_to_change,
)
from conversations.actions.errors import Refused


class KeywordRuleInline(OwnQueues, admin.TabularInline):
    model = KeywordRule
    seen = staticmethod(rules_seen)
    to_change = staticmethod(bots_to_change)  # an inline is asked about its bot
    fields = ["words", "match", "reply", "hands_over", "queue", "flow", "priority", "is_active"]
    extra = 0
    show_change_link = True

    def get_queryset(self, request):
        # What names foreign queues is to be read in the rules' own list: a form would lose them.
        rows, user = super().get_queryset(request), request.user
        if user.is_admin:
            return rows
        return rows.filter(
            Q(pk__in=rules_to_change(user).values("pk"))
            | ~Q(bot__in=bots_to_change(user).values("pk"))
        )


@admin.register(Bot)
class BotAdmin(OwnQueues, admin.ModelAdmin):
    seen = staticmethod(bots_seen)
    to_change = staticmethod(bots_to_change)
    list_display = ["name", "flow", "is_default", "is_active"]
    list_select_related = ["flow"]
    filter_horizontal = ["channels"]
    inlines = [KeywordRuleInline]

    def get_readonly_fields(self, request, obj=None):
        return [] if request.user.is_admin else ["is_default"]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if not request.user.is_admin:
            # No channel means all that have no bot, which is not a supervisor's to say.
            field.required = True
            field.help_text = ""
        return field


@admin.register(KeywordRule)
class KeywordRuleAdmin(OwnQueues, admin.ModelAdmin):
    seen = staticmethod(rules_seen)
    to_change = staticmethod(rules_to_change)
    list_display = ["__str__", "bot", "match", "hands_over", "flow", "priority", "is_active"]
    list_select_related = ["bot", "flow"]
    list_filter = [("bot", admin.RelatedOnlyFieldListFilter), "match", "is_active"]
    search_fields = ["words", "reply"]
    filter_horizontal = ["queues", "channels"]


@admin.register(Flow)
class FlowAdmin(OwnQueues, admin.ModelAdmin):
    seen = staticmethod(flows_seen)
    to_change = staticmethod(flows_to_change)
    list_display = ["name", "key", "published", "last_error"]
    list_select_related = ["published__flow"]
    search_fields = ["name", "key"]
    prepopulated_fields = {"key": ["name"]}
    readonly_fields = ["published", "last_error", "last_error_at"]

    def get_prepopulated_fields(self, request, obj=None):
        # Other flows name it by its key, so the key stays when the name changes.
        return {} if obj else self.prepopulated_fields


@admin.register(FlowVersion)
class FlowVersionAdmin(OwnQueues, admin.ModelAdmin):
    seen = staticmethod(flows_seen)
    to_change = staticmethod(flows_to_change)
    of = "flow_id"
    # A new version is a change of its flow.
    choices = {Flow: flows_to_change}
    form = FlowVersionForm
    list_display = ["flow", "number", "state", "published_at", "published_by"]
    list_select_related = ["flow", "published_by"]
    list_filter = ["state", ("flow", admin.RelatedOnlyFieldListFilter)]
    readonly_fields = ["number", "state", "problems", "published_at", "published_by"]
    actions = ["publish_drafts", "start_drafts"]

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["flow", "definition"]
        definition = "definition_as_text" if obj.is_published else "definition"
        return ["flow", definition, *self.readonly_fields]

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "definition_as_text", *(["flow"] if obj else [])]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.is_published)

    def get_actions(self, request):
        # Deleting in bulk would not ask the rows, and published ones never go.
        return {
            name: one
            for name, one in super().get_actions(request).items()
            if name != "delete_selected"
        }

    def save_model(self, request, obj, form, change):
        if not change:
            last = obj.flow.versions.order_by("-number").values_list("number", flat=True).first()
            obj.number = (last or 0) + 1
        if not obj.is_published:
            super().save_model(request, obj, form, change)

    @admin.display(description=_("definition"))
    def definition_as_text(self, obj):
        return format_html(
            "<pre>{}</pre>", json.dumps(obj.definition, indent=2, ensure_ascii=False)
        )

    @admin.display(description=_("problems"))
    def problems(self, obj):
        found = [(text_of(problem),) for problem in validate(obj.definition)]
        return format_html_join("", "<p>{}</p>", found) or _("None")

    @admin.action(description=_("Publish the drafts of these flows"), permissions=["change"])
    def publish_drafts(self, request, queryset):
        for version in self._own_of(request, queryset):
            _tell(request, version, _("is published"), publish, version.flow, by=request.user)

    @admin.action(description=_("Begin a draft from this version"), permissions=["change"])
    def start_drafts(self, request, queryset):
        for version in self._own_of(request, queryset):
            _tell(request, version, _("has a new draft"), start_draft, version)

    def _own_of(self, request, queryset):
        """Yield the versions that this person may change, and say which of them they may not."""
        for version in queryset.select_related("flow"):
            if self.has_change_permission(request, version):
                yield version
            else:
                serves = _("serves bots of other queues. Ask an administrator to change it.")
                messages.error(request, f"{version}: {serves}")


def _tell(request, version, done, action, *arguments, **facts) -> None:
    """Do it and say what came of it."""
    try:
        action(*arguments, **facts)
    except Refused as refusal:
        messages.error(request, f"{version}: {refusal}")
    else:
        messages.success(request, f"{version}: {done}")


class BotStepInline(admin.TabularInline):
    model = BotStep
    fields = ["sequence", "occurred_at", "event", "result", "error"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(BotSession)
class BotSessionAdmin(ReadOnlyAdmin):
    """What only the bots write."""

    list_display = ["protocol", "flow_version", "failures", "waiting_until", "last_error"]
    list_select_related = ["conversation", "flow_version__flow"]
    search_fields = ["conversation__protocol"]
    inlines = [BotStepInline]
    show_full_result_count = False

    @admin.display(description=_("protocol"))
    def protocol(self, obj):
        return obj.conversation.protocol
