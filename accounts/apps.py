from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts.audit import append_only, following, logins
        from accounts.first_people import people
        from accounts.first_steps import register
        from accounts.signals import connect

        register(30, people)
        connect()
        for part in (append_only, following, logins):
            part.connect()
