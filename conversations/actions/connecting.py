"""Connecting a number of the Cloud API: tried before it is kept, told what is missing."""

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import webhook_secrets
from conversations.actions.channels import health_from
from conversations.actions.errors import Refused
from conversations.channel_words import error_text, health_words
from conversations.models import Channel, ChannelStatus, ProviderName, Queue, Waba
from conversations.providers import registry


def connect_cloud(
    *,
    by,
    name: str,
    badge: str,
    default_queue: Queue,
    phone_number_id: str,
    waba_id: str,
    access_token: str,
    app_secret: str,
    verify_token: str = "",
) -> Channel:
    """Ask Meta for the number, then keep it; blocks up to the provider's time-outs.

    Raises Refused when another channel has the id or the badge, or when Meta does not know them.
    """
    _refuse_twins(phone_number_id, badge)
    channel = Channel(
        name=name,
        badge=badge.upper(),
        provider=ProviderName.CLOUD,
        phone_number_id=phone_number_id,
        access_token=access_token,
        app_secret=app_secret,
        verify_token=verify_token or secrets.token_urlsafe(24),
        default_queue=default_queue,
    )
    answer = registry.get(channel.provider).check_health(channel)
    health = health_from(answer)
    if not answer["ok"]:
        raise Refused(_("Nothing was saved. %(why)s") % {"why": health_words(health)}, "unwell")
    channel.health, channel.status = health, ChannelStatus.CONNECTED
    channel.checked_at = timezone.now()
    channel.display_phone_number = health["facts"].get("number", "")[:32]
    _save(channel, waba_id)
    webhook_secrets.forget()
    return channel


def subscribe(channel: Channel) -> None:
    """Let Meta send the account's webhooks to our app: needed once per account. Raises Refused."""
    if channel.provider != ProviderName.CLOUD or channel.waba is None:
        raise Refused(_("This number has no account at Meta."), "no_account")
    error = registry.get(channel.provider).subscribe(channel)
    if error is not None:
        raise Refused(error_text(error.code, error.details), "refused_by_meta")


def _save(channel: Channel, waba_id: str) -> None:
    try:
        with transaction.atomic():
            channel.waba, _created = Waba.objects.get_or_create(waba_id=waba_id)
            channel.save()
    except IntegrityError:
        # Somebody connected the same number while Meta was asked.
        _refuse_twins(channel.phone_number_id, channel.badge)
        raise


def _refuse_twins(phone_number_id: str, badge: str) -> None:
    twin = Channel.objects.filter(phone_number_id=phone_number_id).first()
    if twin is not None:
        said = _("%(channel)s has this phone number id already.") % {"channel": twin}
        raise Refused(said, "duplicate_number")
    twin = Channel.objects.filter(badge__iexact=badge).first()
    if twin is not None:
        raise Refused(
            _("%(channel)s has this badge already.") % {"channel": twin}, "duplicate_badge"
        )
