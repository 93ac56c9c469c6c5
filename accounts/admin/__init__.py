"""The administration of people. There is one login, for pages and administration alike."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.admin.audit import AuditEntryAdmin
from accounts.admin.presence import PresenceEntryAdmin
from accounts.admin.settings import SiteSettingAdmin
from accounts.admin.users import UserAdmin

__all__ = ["AuditEntryAdmin", "PresenceEntryAdmin", "SiteSettingAdmin", "UserAdmin"]


def _to_the_one_login(request, extra_context=None):
    """Django's own form is never shown: it knows neither the lockout nor the second factor."""
    return redirect("admin:index")


admin.site.login = secure_admin_login(_to_the_one_login)
admin.site.password_change = lambda request, extra_context=None: redirect("account_change_password")
admin.site.site_header = admin.site.site_title = _("Administration")
admin.site.index_title = _("What is to be configured?")

# What people may do follows from their role alone (accounts/roles.py); a second factor's secret is
# nobody's to see.
for model in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
