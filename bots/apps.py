from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BotsConfig(AppConfig):
    name = "bots"
    verbose_name = _("Bots")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts.first_steps import register
        from bots import receivers
        from bots.first_steps import bot
        from conversations.events import bot_should_answer

        register(50, bot)
        bot_should_answer.connect(receivers.answer_customers, dispatch_uid="bots.answer_customers")
