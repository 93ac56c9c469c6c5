"""Who may see which people, and the guard for pages that need a permission."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied

from accounts.models import User


def colleagues(user: User):
    """Return the active people somebody sees: those of their queues, everybody for administrators."""
    people = User.objects.active().by_name()
    if user.is_admin:
        return people
    return people.filter(pk__in=User.objects.filter(queues__in=user.queues.all()).values("pk"))


def people_for(user: User):
    """Return the people whom somebody sees on the page of users; for administrators also the gone."""
    return User.objects.all() if user.is_admin else colleagues(user)


def permission_required(permission: str):
    """Guard a view: anonymous people log in, those without the permission get a 403."""

    def decorate(view):
        @wraps(view)
        @login_required
        def guarded(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
