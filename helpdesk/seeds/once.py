"""Doing a thing once in the life of a database, however many processes start together."""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from helpdesk.core.models import Lease


@contextmanager
def once(name: str):
    """Yield whether it is still to be done. Whoever comes meanwhile waits and then finds it done.

    All in one transaction: killed half-way, nothing has happened and the next start does it.
    """
    with transaction.atomic():
        key = f"once:{name}"
        Lease.objects.get_or_create(name=key, defaults={"expires_at": timezone.now()})
        mark = Lease.objects.select_for_update().get(name=key)
        yield mark.fence == 0
        Lease.objects.filter(name=key).update(fence=1)
