from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("Inbox")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from conversations import search_tables, wiring

        wiring.connect()
        post_migrate.connect(
            search_tables.after_migrations, sender=self, dispatch_uid="conversations.search"
        )
