"""The first start: somebody who may log in, a queue, a bot that answers, and the first number."""

import secrets

from django.conf import settings

from accounts.actions.users import create_user
from accounts.models import User
from accounts.models.users import Role
from bots.seeds import create_welcome_bot
from conversations.models import Channel, ChannelStatus, ClosingReason, ProviderName, Queue, Waba
from helpdesk.seeds.once import once

ADMINISTRATOR = "admin"
FIRST_QUEUE = "Atendimento"
PASSWORD_BYTES = 9

CLOSING_REASONS = [
    ("Resolvido", True),
    ("Dúvida esclarecida", True),
    ("Cliente não respondeu", False),
    ("Engano ou spam", False),
]


def first_start() -> list[str]:
    """Set up a new database; return what the person at the screen has to know, [] the next time.

    A password that was not given is random, printed once and kept nowhere in clear.
    """
    with once("first_start") as is_first:
        if not is_first:
            return []
        lines = create_administrator()
        queue = create_first_queue()
        create_welcome_bot()
        create_first_channel(queue)
    return lines


def create_administrator() -> list[str]:
    if User.objects.filter(role=Role.ADMIN).exists():
        return []
    password = settings.ADMIN_PASSWORD or new_password()
    create_user(
        ADMINISTRATOR, settings.ADMIN_EMAIL, password, full_name="Administrador", role=Role.ADMIN
    )
    shown = "(ADMIN_PASSWORD)" if settings.ADMIN_PASSWORD else password
    return [f"administrator: {ADMINISTRATOR}  password: {shown}"]


def new_password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)


def create_first_queue() -> Queue:
    queue = Queue.objects.in_order().first()
    if queue is None:
        queue = Queue.objects.create(name=FIRST_QUEUE)
    if not ClosingReason.objects.exists():
        for position, (name, resolved) in enumerate(CLOSING_REASONS):
            ClosingReason.objects.create(name=name, counts_as_resolved=resolved, position=position)
    return queue


def create_first_channel(queue: Queue) -> Channel | None:
    """Make the number that the settings describe, when they do."""
    needed = (
        settings.WHATSAPP_PHONE_NUMBER_ID,
        settings.WHATSAPP_BUSINESS_ACCOUNT_ID,
        settings.WHATSAPP_ACCESS_TOKEN,
    )
    if not all(needed) or Channel.objects.exists():
        return None
    waba, _created = Waba.objects.get_or_create(waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID)
    return Channel.objects.create(
        name="WhatsApp",
        badge="WA",
        provider=ProviderName.CLOUD,
        phone_number_id=settings.WHATSAPP_PHONE_NUMBER_ID,
        waba=waba,
        access_token=settings.WHATSAPP_ACCESS_TOKEN,
        app_secret=settings.WHATSAPP_APP_SECRET,
        verify_token=settings.WHATSAPP_VERIFY_TOKEN,
        default_queue=queue,
        status=ChannelStatus.CONNECTING,
    )
