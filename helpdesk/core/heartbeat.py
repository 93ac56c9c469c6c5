"""How many workers of a kind are alive: each renews a row of its own, the dead ones run out."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.core.models import Lease


def beat(kind: str, holder: str, seconds: float) -> int:
    """Say that `holder` lives for another `seconds`; return how many of this kind live, it included."""
    now = timezone.now()
    rows = Lease.objects.filter(name__startswith=f"alive.{kind}.")
    rows.filter(expires_at__lte=now).delete()
    Lease.objects.update_or_create(
        name=f"alive.{kind}.{holder}",
        defaults={"holder": holder, "expires_at": now + timedelta(seconds=seconds)},
    )
    return rows.count()


def leave(kind: str, holder: str) -> None:
    """Say that `holder` has stopped, so that the others need not wait for it to run out."""
    Lease.objects.filter(name=f"alive.{kind}.{holder}").delete()
