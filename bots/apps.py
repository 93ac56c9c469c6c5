from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BotsConfig(AppConfig):
    name = "bots"
    verbose_name = _("Bots")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from bots import receivers
        from conversations.events import bot_should_answer

        bot_should_answer.connect(receivers.answer_customers, dispatch_uid="bots.answer_customers")
