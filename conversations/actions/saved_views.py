"""Named filters of the conversation list: a person's own, and those that everybody sees.

A view only filters: it is asked of what its reader sees, whoever has written it.
"""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models.users import Role
from conversations.actions.errors import Refused
from conversations.models import SavedView

MOST_VIEWS = 50
QUERY_LENGTH = SavedView._meta.get_field("query").max_length


def may_share(user) -> bool:
    """Whether this person's views can be everybody's."""
    return user.role in (Role.SUPERVISOR, Role.ADMIN)


def save_view(*, by, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep a filter under a name, behind the person's other ones.

    Raises Refused (a name twice, too many or too long, sharing by whoever may not).
    """
    _require_sharing(by, is_shared)
    if len(query) > QUERY_LENGTH:
        raise Refused(_("These filters are too long to be kept."), "too_long")
    own = SavedView.objects.filter(owner=by)
    if own.count() >= MOST_VIEWS:
        raise Refused(_("You have %d views. Delete one first.") % MOST_VIEWS, "too_many")
    last = own.aggregate(last=Max("position"))["last"]
    view = SavedView(owner=by, query=query, position=0 if last is None else last + 1)
    return _write(view, name, is_shared)


def change_view(view: SavedView, *, by, name: str, is_shared: bool) -> SavedView:
    """Give a view another name, or share it, or no longer. Raises as save_view does."""
    if is_shared and not view.is_shared:
        _require_sharing(by, is_shared)
    return _write(view, name, is_shared)


def delete_view(view: SavedView) -> None:
    """Forget a view; the conversations it shows do not mind."""
    view.delete()


@transaction.atomic
def move_view(view: SavedView, *, up: bool) -> None:
    """Put a view before or behind its neighbour among the owner's; at the end nothing happens."""
    own = list(SavedView.objects.select_for_update().filter(owner=view.owner_id))
    at = next(index for index, other in enumerate(own) if other.pk == view.pk)
    to = at - 1 if up else at + 1
    if 0 <= to < len(own):
        own[at], own[to] = own[to], own[at]
    for position, other in enumerate(own):
        other.position = position
    SavedView.objects.bulk_update(own, ["position"])


def _write(view: SavedView, name: str, is_shared: bool) -> SavedView:
    view.name, view.is_shared = name.strip(), is_shared
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused(_("You already have a view of this name."), "name_taken") from None
    return view


def _require_sharing(by, is_shared: bool) -> None:
    if is_shared and not may_share(by):
        raise Refused(_("Supervisors and administrators share views."), "may_not_share")
