"""Rows that every floor may need and that know nothing of helpdesks."""

from django.db import models

from helpdesk.core.uuid7 import uuid7


class UUIDModel(models.Model):
    """A row whose key is a UUIDv7."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class Lease(models.Model):
    """Who may do a piece of background work, and until when.

    `fence` grows with every new holder. Work done under a lease locks this row in its own
    transaction and compares the fence, so a holder that lost the lease cannot write any more.
    Lease rows instead of advisory locks: they also work behind a pooler in transaction mode.
    """

    name = models.CharField(max_length=120, primary_key=True)
    holder = models.CharField(max_length=120, blank=True)
    fence = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ({self.holder}, {self.fence})"


class CircuitBreakerState(models.Model):
    """A circuit breaker's state where there is no Redis to keep it in."""

    name = models.CharField(max_length=120, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    reset_seconds = models.PositiveIntegerField(default=30)
    opened_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
