"""The simulated number and the phones of a demonstration."""

import secrets

from django.db import transaction

from conversations.models import Channel, ChannelStatus, ProviderName, SimulatorPhone, Waba
from conversations.phone_numbers import canonical

WABA_ID = "900000000000001"
PHONE_NUMBER_ID = "900000000000002"
DISPLAY_PHONE_NUMBER = "+55 11 3000-0000"
BADGE = "SIM"
BADGE_HUE = 3

# Numbers that no customer has: DDD 00 does not exist.
DEMO_PHONES = (
    {"name": "Maria Aparecida", "number": "5500991234567"},
    {"name": "João Batista", "number": "5500992345678"},
    {"name": "Padaria Pão da Vila", "number": "5500993456789"},
    # As older accounts are written: without the ninth digit.
    {"name": "Antônio Ferreira", "number": "550094567890"},
    # Hides the phone behind a username: known by a business-scoped id only.
    {"name": "Lia", "number": "", "username": "lia.fibra"},
    {"name": "Número sem WhatsApp", "number": "5500995678901", "on_whatsapp": False},
)


@transaction.atomic
def ensure_simulator_channel(default_queue) -> Channel:
    """Return the simulated number, written with its account and demo phones when it is not there."""
    channel = Channel.objects.filter(phone_number_id=PHONE_NUMBER_ID).first()
    if channel is not None:
        return channel
    waba, _created = Waba.objects.get_or_create(
        waba_id=WABA_ID, defaults={"name": "Simulador", "review_state": "APPROVED"}
    )
    channel = Channel.objects.create(
        name="Simulador",
        badge=BADGE,
        badge_hue=BADGE_HUE,
        provider=ProviderName.SIMULATOR,
        phone_number_id=PHONE_NUMBER_ID,
        waba=waba,
        display_phone_number=DISPLAY_PHONE_NUMBER,
        access_token=secrets.token_urlsafe(32),
        app_secret=secrets.token_hex(16),
        verify_token=secrets.token_urlsafe(16),
        default_queue=default_queue,
        status=ChannelStatus.CONNECTED,
    )
    for phone in DEMO_PHONES:
        ensure_phone(channel, **phone)
    return channel


def ensure_phone(
    channel: Channel,
    name: str,
    number: str = "",
    *,
    username: str = "",
    user_id: str = "",
    on_whatsapp: bool = True,
    last_wrote_at=None,
) -> SimulatorPhone:
    """Return the phone of this number or user id, written when it is not there.

    last_wrote_at opens the service window for phones whose conversation was seeded, not simulated.
    """
    wa_id = "".join(filter(str.isdigit, number))
    user_id = user_id or f"BR.{secrets.randbelow(10**20):020d}"
    phone, created = SimulatorPhone.objects.get_or_create(
        channel=channel,
        address=canonical(wa_id) or user_id,
        defaults={
            "name": name,
            "wa_id": wa_id,
            "user_id": user_id,
            "username": username,
            "on_whatsapp": on_whatsapp,
            "last_wrote_at": last_wrote_at,
        },
    )
    if not created and last_wrote_at and not phone.last_wrote_at:
        phone.last_wrote_at = last_wrote_at
        phone.save(update_fields=["last_wrote_at"])
    return phone
