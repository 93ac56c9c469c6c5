from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("Inbox")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from conversations import search, search_tables, wiring

        wiring.connect()
        connection_created.connect(search.teach, dispatch_uid="conversations.search")
        post_migrate.connect(
            search_tables.after_migrations, sender=self, dispatch_uid="conversations.search"
        )
