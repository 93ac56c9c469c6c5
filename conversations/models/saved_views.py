from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import UUIDModel


class SavedViewQuerySet(models.QuerySet):
    def for_user(self, user):
        """A person's own views, and those that somebody shares with everybody."""
        return self.filter(models.Q(owner=user) | models.Q(is_shared=True))

    def in_order_of(self, user):
        """One's own views first, each in the order its owner gave them."""
        is_foreign = models.Case(models.When(owner=user, then=0), default=1)
        return self.order_by(is_foreign, "position", "name", "id")


class SavedView(UUIDModel):
    """A named filter of the conversation list: the query part of its address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_views",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filters"), max_length=1000)
    is_shared = models.BooleanField(_("shared with everybody"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="conversations_view_once",
                violation_error_message=_("You already have a view of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
