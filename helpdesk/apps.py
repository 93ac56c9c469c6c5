from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Registers the system checks.
        from helpdesk import checks  # noqa: F401
