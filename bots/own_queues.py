"""How far a supervisor reaches among the bots in the administration."""

from accounts.admin.base import OwnRows
from bots.models import Bot, Flow
from bots.reach import bots_to_change, flows_seen
from conversations.models import Channel, Queue


class OwnQueues(OwnRows):
    """A ModelAdmin or inline whose rows and choices are those of a person's queues.

    `seen` and `to_change` name what a person sees and may change, as querysets of `bots.reach`.
    `of` leads from a row to what these are about.
    """

    seen = to_change = None
    of = "pk"
    choices = {
        Bot: bots_to_change,
        Flow: flows_seen,
        Queue: lambda user: Queue.objects.for_user(user).in_order(),
        Channel: lambda user: Channel.objects.for_user(user).order_by("name"),
    }

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.user.is_admin:
            return rows
        return rows.filter(**{f"{self.of}__in": self.seen(request.user).values("pk")})

    def is_own(self, user, obj) -> bool:
        key = getattr(obj, self.of)
        return user.is_admin or self.to_change(user).filter(pk=key).exists()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _narrow(self, db_field, request, kwargs) -> None:
        narrowed = self.choices.get(db_field.related_model)
        if narrowed and not request.user.is_admin:
            kwargs["queryset"] = narrowed(request.user)
