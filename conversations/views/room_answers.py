"""How the pages of rooms are answered: with what changed since the version they know, or by going on."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from conversations import room_live
from conversations.access import may_change
from conversations.actions.errors import Refused
from conversations.views.answers import REFUSED, known_version, toast


def room_action(getter: Callable) -> Callable:
    """Guard a view that changes what a room shows: view(request, room) -> what to say, or ''."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        @login_required
        @require_http_methods(["POST"])
        def door(request, room_id):
            room = getter(request.user, room_id)
            try:
                said = view(request, room) or ""
            except Refused as error:
                return _refused(request, str(error), redirect("conversations:room", room.pk))
            return _answered(request, getter(request.user, room.pk), said)

        return door

    return decorate


def not_for_viewers(view: Callable) -> Callable:
    """Guard a view whatever it is about: who only reads is refused before anything is looked at."""

    @wraps(view)
    @login_required
    def guarded(request, *args, **keys):
        if not may_change(request.user):
            raise PermissionDenied
        return view(request, *args, **keys)

    return guarded


def act(getter: Callable | None = None, *, show: Callable | None = None) -> Callable:
    """Guard a view that leads on to another page: view(request[, room]) -> where to.

    Without a getter it is about no room yet; `show` answers GET.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        @login_required
        @require_http_methods(["GET", "POST"] if show else ["POST"])
        def door(request, **keys):
            if request.method == "GET":
                return show(request)
            about = [getter(request.user, keys["room_id"])] if getter else []
            try:
                return view(request, *about)
            except Refused as error:
                return _refused(request, str(error), _back(about))

        return door

    return decorate


def said_number(said: str | None) -> int | None:
    """Return a number from an address; None for what is none."""
    return int(said) if said and said.isdecimal() and len(said) < 19 else None


def _answered(request, room, said: str) -> HttpResponse:
    if not request.htmx:
        if said:
            messages.success(request, said)
        return redirect("conversations:room", room.pk)
    return HttpResponse(room_live.render_changes(room, known_version(request)).html + toast(said))


def _refused(request, why: str, back: HttpResponse) -> HttpResponse:
    if request.htmx:
        return HttpResponse(toast(why, "error"), status=REFUSED)
    messages.error(request, why)
    return back


def _back(about: list) -> HttpResponse:
    if not about:
        return redirect("conversations:new_room")
    return redirect("conversations:room", about[0].pk)
