"""How far a supervisor reaches in the administration: their own queues."""

from django.db.models import Q

from accounts.admin.base import OwnRows
from conversations.models import Queue


class OwnQueues(OwnRows):
    """A ModelAdmin whose rows belong to a queue.

    `queue_field` names the way from a row to its queue. Rows of no queue apply to all of them:
    supervisors see them where `shows_shared` says so, administrators alone change them.
    """

    queue_field = "queue"
    shows_shared = False

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.user.is_admin:
            return rows
        own = Q(**{f"{self.queue_field}__in": Queue.objects.for_user(request.user)})
        if self.shows_shared:
            own |= Q(**{f"{self.queue_field}__isnull": True})
        return rows.filter(own)

    def is_own(self, user, obj) -> bool:
        queue = getattr(obj, self.queue_field)
        return user.is_admin or Queue.objects.for_user(user).filter(pk=queue and queue.pk).exists()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is not Queue:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["queryset"] = Queue.objects.for_user(request.user).in_order()
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        # No queue means all queues, which is not a supervisor's to say.
        field.required = field.required or not request.user.is_admin
        return field
