from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.actions.sessions import after_new_password, end_sessions
from accounts.actions.two_factor import reset_two_factor
from accounts.actions.unlocking import unlock
from accounts.actions.users import (
    LastAdministrator,
    change_role,
    deactivate_user,
    reactivate_user,
    require_another_administrator,
)
from accounts.models import User
from accounts.models.users import Role

WHO = ["username", "full_name", "role"]


class UserCreation(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ["username", "email", "full_name", "role"]


class UserChange(UserChangeForm):
    """Refuses to leave the site without an administrator."""

    class Meta(UserChangeForm.Meta):
        model = User
        fields = "__all__"

    def clean(self):
        cleaned = super().clean()
        stays = cleaned.get("is_active", True) and cleaned.get("role", Role.ADMIN) == Role.ADMIN
        if not stays:
            try:
                require_another_administrator(self.instance)
            except LastAdministrator as error:
                raise ValidationError(str(error)) from error
        return cleaned


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People. The floors above add their inlines (the queues somebody works in)."""

    form = UserChange
    add_form = UserCreation
    list_display = ["username", "full_name", "role", "availability", "is_active", "last_seen_at"]
    list_filter = ["role", "is_active", "availability"]
    search_fields = ["username", "full_name", "email"]
    ordering = ["username"]
    filter_horizontal = []
    inlines = []
    readonly_fields = ["availability", "last_seen_at", "created_at"]
    fieldsets = [
        (None, {"fields": ["username", "password", "must_change_password"]}),
        (_("Person"), {"fields": ["full_name", "email", "language"]}),
        (_("Work"), {"fields": ["role", "capacity", "is_active"]}),
        (_("Presence"), {"fields": ["availability", "last_seen_at", "created_at"]}),
    ]
    add_fieldsets = [
        (None, {"fields": [*UserCreation.Meta.fields, "usable_password", "password1", "password2"]})
    ]
    actions = ["log_out_everywhere", "unlock_login", "reset_second_factor"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "language":
            choices = [("", _("As the site")), *settings.LANGUAGES]
            return forms.ChoiceField(label=_("language"), choices=choices, required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        people = super().get_queryset(request)
        return people if request.user.is_admin else people.active()

    def get_fieldsets(self, request, obj=None):
        if not request.user.is_admin:
            return [(None, {"fields": [*WHO, "availability", "is_active"]})]
        return super().get_fieldsets(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Nobody is deleted: what they wrote stays theirs. They are deactivated."""
        return False

    def save_model(self, request, obj, form, change):
        """Save, but let role and activity change by the actions, which tell everybody."""
        role, is_active = obj.role, obj.is_active
        if change:
            obj.role, obj.is_active = form.initial["role"], form.initial["is_active"]
        super().save_model(request, obj, form, change)
        if role != obj.role:
            change_role(obj, role)
        if is_active != obj.is_active:
            reactivate_user(obj) if is_active else deactivate_user(obj)

    def user_change_password(self, request, id, form_url=""):
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            after_new_password(User.objects.get(pk=id), request)
        return response

    @admin.action(description=_("Log out everywhere"), permissions=["change"])
    def log_out_everywhere(self, request, people):
        ended = sum(end_sessions(user, keep=request.session.session_key) for user in people)
        text = ngettext("%d session ended.", "%d sessions ended.", ended) % ended
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=_("Unlock the login"), permissions=["change"])
    def unlock_login(self, request, people):
        for user in people:
            unlock(user, by=request.user)
        self.message_user(request, _("They can try to log in again."), messages.SUCCESS)

    @admin.action(description=_("Reset the second factor"), permissions=["change"])
    def reset_second_factor(self, request, people):
        count = sum(reset_two_factor(user, by=request.user) for user in people)
        text = ngettext("%d second factor removed.", "%d second factors removed.", count) % count
        self.message_user(request, text, messages.SUCCESS)
