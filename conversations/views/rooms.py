"""The rooms of colleagues: their list, one of them, and what is written there."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from conversations import room_live, room_search, rooms
from conversations.access import (
    get_conversation,
    get_room,
    get_room_message,
    get_room_to_join,
    get_room_to_write,
    may_change,
)
from conversations.actions import rooms as actions
from conversations.actions.errors import Refused
from conversations.forms import valid
from conversations.room_forms import (
    LineForm,
    LineIdForm,
    MuteForm,
    PersonForm,
    ReadForm,
    RoomForm,
    ShareForm,
)
from conversations.views.answers import dialog, show_dialog
from conversations.views.room_answers import act, not_for_viewers, room_action, said_number


@login_required
@require_safe
def team(request):
    """Show the list of rooms, or what a search finds in them; with HTMX only the list."""
    context = list_context(request)
    if request.htmx:
        return render(request, "conversations/rooms/_list.html", context)
    return render(request, "conversations/team.html", {**context, "pane": "list"})


@login_required
@require_safe
def unread(request):
    """Show the counter of the rail."""
    return render(request, "conversations/rooms/_badge.html")


@login_required
@require_safe
def room(request, room_id):
    """Show a room, at its end or at the message with the number `at`."""
    shown = get_room(request.user, room_id)
    at = said_number(request.GET.get("at"))
    other, mine = rooms.other_of(request.user, shown), rooms.membership_of(request.user, shown)
    context = {
        "room": shown,
        "name": str(other or shown),
        "other": other,
        "read_version": mine.read_version,
        "is_muted": mine.is_muted,
        "people": rooms.people_of(shown)[: rooms.PEOPLE_SHOWN],
        "shared": rooms.shared_conversations(request.user, shown),
        "may_write": may_change(request.user),
        "stretch": rooms.stretch_at(shown, at) if at else rooms.stretch(shown),
        "at": at,
        "pane": "details" if request.GET.get("pane") == "details" else "thread",
    }
    whole = {**list_context(request, shown.pk), **context}
    return render(request, "conversations/team.html", whole)


@login_required
@require_safe
def earlier(request, room_id):
    """Show the lines before a number."""
    shown = get_room(request.user, room_id)
    before = said_number(request.GET.get("before"))
    stretch = rooms.stretch(shown, before) if before else rooms.Stretch([])
    return render(request, "conversations/rooms/_lines.html", {"room": shown, "stretch": stretch})


@login_required
@require_safe
def changes(request, room_id):
    """Catch up: what is new or changed after version `since`; 204 when nothing is."""
    shown = get_room(request.user, room_id)
    since = said_number(request.GET.get("since"))
    if since is None:
        return HttpResponseBadRequest()
    if since == shown.version:
        return HttpResponse(status=204)
    return HttpResponse(room_live.render_changes(shown, since).html)


@login_required
@require_safe
def names(request, room_id):
    """List whom one can call here, for the composer."""
    people = rooms.people_of(get_room(request.user, room_id)).exclude(pk=request.user.pk)
    return render(
        request, "conversations/rooms/_names.html", {"people": people[: rooms.PEOPLE_SHOWN]}
    )


@login_required
@require_safe
def card(request, room_id, message_id):
    """Show a shared conversation as this reader may see it."""
    message = get_room_message(request.user, room_id, message_id)
    try:
        shared = get_conversation(request.user, message.conversation_id)
    except Http404:
        shared = None
    return render(request, "conversations/rooms/_card.html", {"conversation": shared})


@room_action(get_room_to_write)
def write(request, room):
    form = valid(LineForm(request.POST))
    actions.write(room, by=request.user, body=form.cleaned_data["body"], client_token=form.token())


@room_action(get_room_to_write)
def delete_line(request, room):
    form = valid(LineIdForm(request.POST))
    message = get_room_message(request.user, room.pk, form.cleaned_data["message"])
    actions.delete_message(message, by=request.user)
    return _("Message deleted.")


@room_action(get_room)
def read(request, room):
    form = valid(ReadForm(request.POST))
    actions.mark_read(room, by=request.user, version=form.cleaned_data["version"])


@act(get_room)
def mute(request, room):
    form = valid(MuteForm(request.POST))
    actions.set_muted(room, by=request.user, muted=form.cleaned_data["muted"])
    return redirect("conversations:room", room.pk)


@not_for_viewers
@act(get_room_to_join)
def join(request, room):
    actions.join(room, by=request.user)
    return redirect("conversations:room", room.pk)


@act(get_room_to_write)
def leave(request, room):
    actions.leave(room, by=request.user)
    return redirect("conversations:team")


@not_for_viewers
@act()
def direct(request):
    form = valid(PersonForm(request.POST))
    other = User.objects.filter(pk=form.cleaned_data["person"]).first()
    if other is None:
        raise Refused(_("Choose a colleague who works here."))
    return redirect("conversations:room", actions.open_direct(by=request.user, other=other).pk)


def show_new(request):
    """Show whom one can write to, which rooms one can join, and how to open one."""
    context = {
        "people": rooms.colleagues_to_write_to(request.user),
        "joinable": rooms.joinable_rooms(request.user),
        "pane": "thread",
    }
    return render(request, "conversations/team_new.html", {**list_context(request), **context})


@not_for_viewers
@act(show=show_new)
def new(request):
    form = valid(RoomForm(request.POST))
    room = actions.create_room(by=request.user, name=form.cleaned_data["name"])
    return redirect("conversations:room", room.pk)


def show_share(request, conversation):
    found = rooms.list_for(request.user)
    rows = [*found.shared, *found.direct]
    context = {"conversation": conversation, "rows": rows, "client_token": uuid4()}
    return show_dialog(request, "conversations/rooms/_share.html", context)


@dialog(show_share)
def share(request, conversation):
    form = valid(ShareForm(request.POST))
    room = get_room_to_write(request.user, form.cleaned_data["room"])
    actions.write(
        room,
        by=request.user,
        body=form.cleaned_data["body"],
        client_token=form.token(),
        conversation=conversation,
    )
    return _("Shared with the team.")


def list_context(request, room_id=None) -> dict:
    """Return what the list of rooms shows, the same for the page and for its fragment."""
    words = request.GET.get("search", "").strip()[: room_search.LONGEST]
    return {
        "section": "team",
        "rooms": rooms.list_for(request.user),
        "current": str(room_id or request.GET.get("room", "")),
        "words": words,
        "found": room_search.search(request.user, words) if words else None,
    }
