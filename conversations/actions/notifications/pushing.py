"""Waking the browsers of somebody who asked for it; addresses go through the outgoing guard."""

import hashlib
import json
from datetime import timedelta
from urllib.parse import urlsplit

import requests
import structlog
from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.hearing import hearing_of
from accounts.middleware import language_of
from conversations.actions.errors import Refused
from conversations.actions.notifications.telling import telling_of
from conversations.models import Notification, PushSubscription
from conversations.notification_words import address, bare_sentence
from helpdesk.core import web_push
from helpdesk.core.http_guard import ForbiddenAddress, check_url, guarded_session

log = structlog.get_logger(__name__)
SECONDS = (5, 10)  # to connect, to answer
# A push that comes later than this tells nothing new.
KEPT_SECONDS = 1800
MOST_BROWSERS = 20
MOST_FAILURES = 20
GONE = (404, 410)
ENDPOINT_LENGTH = 1000


def subscribe(user, *, endpoint: str, public_key: str, auth_secret: str, device: str = ""):
    """Keep a browser to wake for `user`; a browser that somebody else had becomes theirs.

    Raises Refused for an address we do not connect to and for keys that are none.
    """
    _check(endpoint, public_key, auth_secret)
    facts = {
        "user": user,
        "endpoint": endpoint,
        "public_key": public_key,
        "auth_secret": auth_secret,
        "device": device[:120],
        "failures": 0,
    }
    subscription, _created = PushSubscription.objects.update_or_create(
        endpoint_hash=hash_of(endpoint), defaults=facts
    )
    newest = user.push_subscriptions.order_by("-id").values_list("pk", flat=True)[:MOST_BROWSERS]
    user.push_subscriptions.exclude(pk__in=list(newest)).delete()
    return subscription


def unsubscribe(user, endpoint: str) -> bool:
    """Forget a browser of this person; False when it was none of theirs."""
    return user.push_subscriptions.filter(endpoint_hash=hash_of(endpoint)).delete()[0] > 0


def forget(user, subscription_id) -> bool:
    """Forget a browser of this person by its row; False when it is none of theirs."""
    return user.push_subscriptions.filter(pk=subscription_id).delete()[0] > 0


def push(notification_id) -> int:
    """Wake the browsers of a notification's person, unless they have read it by now.

    Returns how many took it. Decided anew: they may have gone away, or to bed.
    """
    notification = Notification.objects.select_related(
        "user", "conversation__customer", "room"
    ).get(pk=notification_id)
    user = notification.user
    if notification.read_at or not user.is_active:
        return 0
    if not telling_of(user, notification.kind).pushes:
        return 0
    body = json.dumps(payload_of(notification), ensure_ascii=False).encode()
    return sum(_send(subscription, body) for subscription in user.push_subscriptions.all())


def payload_of(notification: Notification) -> dict:
    """Return what leaves the house: no text, no name but, where one wants it, the first one."""
    user = notification.user
    with translation.override(language_of(user)):
        words = bare_sentence(
            notification, names_customer=hearing_of(user.preferences)["push_names"]
        )
    place = notification.conversation_id or notification.room_id or notification.pk
    return {
        "title": settings.SITE_NAME,
        "body": words,
        "address": address(notification),
        "tag": f"{notification.kind}-{place}",
    }


def hash_of(endpoint: str) -> str:
    """Return the key by which an address is found; addresses are too long for an index."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def forget_old() -> int:
    """Delete browsers that nothing has reached for 90 days."""
    before = timezone.now() - timedelta(days=90)
    rows = PushSubscription.objects.filter(created_at__lt=before)
    return rows.exclude(last_used_at__gte=before).delete()[0]


def _check(endpoint: str, public_key: str, auth_secret: str) -> None:
    if len(endpoint) > ENDPOINT_LENGTH:
        raise Refused(_("This browser's address is too long."), "endpoint")
    try:
        check_url(endpoint)
        web_push.check_keys(public_key, auth_secret)
    except ForbiddenAddress as error:
        raise Refused(str(error), "endpoint") from error
    except web_push.UnusableKeys as error:
        raise Refused(_("This browser's keys cannot be used."), "keys") from error
    is_local = urlsplit(endpoint).hostname in settings.OUTBOUND_HTTP_ALLOW
    if not endpoint.startswith("https://") and not is_local:
        raise Refused(_("Browsers are woken by https only."), "endpoint")


def _send(subscription: PushSubscription, body: bytes) -> bool:
    try:
        status = _post(subscription, body)
    except (requests.RequestException, ValueError) as error:
        return _failed(subscription, type(error).__name__)
    if status in GONE:
        # The browser has taken its permission back, or is no more.
        subscription.delete()
        return False
    if status >= 300:
        return _failed(subscription, f"HTTP {status}")
    rows = PushSubscription.objects.filter(pk=subscription.pk)
    rows.update(last_used_at=timezone.now(), failures=0)
    return True


def _post(subscription: PushSubscription, body: bytes) -> int:
    sealed = web_push.sealed(body, subscription.public_key, subscription.auth_secret)
    headers = web_push.headers(
        subscription.endpoint,
        settings.VAPID_PRIVATE_KEY,
        settings.VAPID_SUBJECT,
        seconds=KEPT_SECONDS,
        urgency="high",
    )
    with guarded_session() as session:
        answer = session.post(
            subscription.endpoint,
            data=sealed,
            headers=headers,
            timeout=SECONDS,
            allow_redirects=False,
        )
        return answer.status_code


def _failed(subscription: PushSubscription, why: str) -> bool:
    """Count a failure; a browser that fails too often in a row is forgotten."""
    log.warning("push.failed", subscription=str(subscription.pk), why=why)
    rows = PushSubscription.objects.filter(pk=subscription.pk)
    rows.update(failures=F("failures") + 1)
    rows.filter(failures__gte=MOST_FAILURES).delete()
    return False
