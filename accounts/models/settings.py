"""Settings that an administrator changes while the product runs."""

import time

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _

CACHE_SECONDS = 4
# Beside the shared cache: a question per message would cost more than the rest of its bot's step.
# Not in tests, which change a setting and look at once.
KEPT_SECONDS = 0 if settings.TESTING else 1

DEFAULTS = {
    "reopen_hours": 24,
    "offline_return_minutes": 5,
    "sticky_agent_hours": 48,
    "idle_reminder_hours": 2,
    "idle_close_hours": 24,
    "session_idle_minutes": 60,
    "session_absolute_hours": 12,
    "two_factor_roles": [],
    "window_margin_minutes": 2,
    "webhook_retention_days": 30,
    "audit_retention_days": 730,
    "supervisors_read_audit": False,
    "supervisors_see_all_customers": False,
    # 0: nobody is told that somebody waits.
    "waiting_notice_minutes": 10,
    "same_reason_days": 7,
    "opening_marks_read": True,
    # What one delivered message costs in Brazil (spec/03, 4.6; Meta changes it each quarter).
    "price_currency": "BRL",
    "price_utility": 0.035,
    "price_marketing": 0.34,
    "price_authentication": 0.035,
    "price_service": 0.035,
}


class SiteSetting(models.Model):
    """One setting that differs from its default."""

    key = models.CharField(_("setting"), max_length=60, primary_key=True)
    value = models.JSONField(_("value"))

    class Meta:
        verbose_name = _("site setting")
        verbose_name_plural = _("site settings")

    def __str__(self) -> str:
        return self.key


def site_setting(key: str):
    """Return a setting's value, its default when nobody has changed it; at most 5 s old."""
    return _kept_values().get(key, DEFAULTS[key])


_kept: dict = {"values": {}, "until": 0.0}


def _kept_values() -> dict:
    now = time.monotonic()
    if now >= _kept["until"]:
        _kept.update(values=_cached_values(), until=now + KEPT_SECONDS)
    return _kept["values"]


def _cached_values() -> dict:
    values = cache.get("site_settings")
    if values is None:
        values = dict(SiteSetting.objects.values_list("key", "value"))
        cache.set("site_settings", values, CACHE_SECONDS)
    return values
