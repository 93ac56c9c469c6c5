from django import forms
from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.actions.two_factor import enforce
from accounts.admin.base import QuietHistory
from accounts.models import SiteSetting
from accounts.models.settings import DEFAULTS
from accounts.models.users import Role

# What is obeyed today; the other defaults come to this page with the work that obeys them.
DESCRIPTIONS = {
    "reopen_hours": _("Hours after closing in which a new message reopens the conversation"),
    "session_idle_minutes": _("Minutes without use after which a login ends"),
    "session_absolute_hours": _("Hours after which a login ends in any case"),
    "two_factor_roles": _('Roles that need a second factor, such as ["admin", "supervisor"]'),
    "window_margin_minutes": _("Minutes before the end of the 24 hours in which nothing is sent"),
    "webhook_retention_days": _("Days for which raw webhooks are kept"),
    "audit_retention_days": _("Days for which the audit trail is kept, at least 90"),
    "supervisors_read_audit": _("Supervisors may read and export the audit trail"),
    "supervisors_see_all_customers": _(
        "Supervisors see all customers, not those of their queues only"
    ),
    "opening_marks_read": _("Opening one's own conversation marks it as read at WhatsApp"),
    "waiting_notice_minutes": _(
        "Minutes in the queue after which its people are told; 0 for never"
    ),
    "price_currency": _('Currency of the prices, such as "BRL"'),
    "price_utility": _("Price of a delivered utility template"),
    "price_marketing": _("Price of a delivered marketing template"),
    "price_authentication": _("Price of a delivered authentication template"),
    "price_service": _("Price of a delivered free message"),
}
MOST_EXPENSIVE = 1000  # a price beyond is a slip of the decimal point


class SiteSettingForm(forms.ModelForm):
    """A known setting with a value of the same kind as its default."""

    key = forms.ChoiceField(label=_("setting"))

    class Meta:
        model = SiteSetting
        fields = ["key", "value"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = _(
            "A whole number; true or false for yes and no; a list of roles in brackets;"
            " a price with a point, as 0.035; a currency as three letters in quotation marks."
        )
        if "key" in self.fields:
            self.fields["key"].choices = unchanged_settings()

    def clean(self):
        cleaned = super().clean()
        key, value = cleaned.get("key", self.instance.key), cleaned.get("value")
        if key in DEFAULTS and not fits(value, DEFAULTS[key]):
            raise ValidationError({"value": self.fields["value"].help_text})
        return cleaned


def unchanged_settings() -> list[tuple[str, str]]:
    changed = set(SiteSetting.objects.values_list("key", flat=True))
    return [(key, describe(key)) for key in DESCRIPTIONS if key not in changed]


def describe(key: str) -> str:
    return _("%(description)s (default: %(default)s)") % {
        "description": DESCRIPTIONS.get(key, key),
        "default": DEFAULTS.get(key),
    }


def fits(value, default) -> bool:
    if isinstance(default, float):
        return type(value) in (int, float) and 0 <= value < MOST_EXPENSIVE
    if type(value) is not type(default):
        return False
    if isinstance(value, str):
        return len(value) == 3 and value.isascii() and value.isupper() and value.isalpha()
    if isinstance(value, list):
        return all(role in Role.values for role in value)
    return isinstance(value, bool) or value >= 0


@admin.register(SiteSetting)
class SiteSettingAdmin(QuietHistory, admin.ModelAdmin):
    form = SiteSettingForm
    list_display = ["key", "description", "value"]
    ordering = ["key"]

    def get_readonly_fields(self, request, obj=None):
        return ["key", "description"] if obj else []

    def get_fields(self, request, obj=None):
        return ["key", "description", "value"] if obj else ["key", "value"]

    @admin.display(description=_("description"))
    def description(self, setting):
        return describe(setting.key)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        cache.delete("site_settings")
        if obj.key == "two_factor_roles":
            enforce()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        cache.delete("site_settings")

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        cache.delete("site_settings")
