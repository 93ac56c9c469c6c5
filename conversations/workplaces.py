"""Queues as the floor of people sees them (accounts/workplaces.py)."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from conversations.actions.assignment import set_queues
from conversations.models import Queue, QueueMembership


class Queues:
    """Fills the slot of accounts."""

    def choices(self) -> list[tuple[str, str]]:
        rows = Queue.objects.filter(is_active=True).in_order()
        return [(str(queue.pk), queue.name) for queue in rows]

    def names_of(self, user_ids: Iterable[UUID], viewer) -> dict[UUID, list[str]]:
        names = defaultdict(list)
        rows = QueueMembership.objects.filter(
            user__in=user_ids, queue__in=Queue.objects.for_user(viewer)
        )
        for user_id, name in rows.order_by("queue__position").values_list("user", "queue__name"):
            names[user_id].append(name)
        return names

    def ids_of(self, user_id: UUID) -> list[str]:
        rows = QueueMembership.objects.filter(user=user_id)
        return [str(queue_id) for queue_id in rows.values_list("queue", flat=True)]

    def set_queues(self, user_id: UUID, queue_ids: Iterable[str]) -> None:
        set_queues(user_id, queue_ids)
