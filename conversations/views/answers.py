"""How pages are answered after somebody did something: one way for all actions.

With HTMX: what has changed since the version the page knows, in the very fragment that the
websocket pushes, and a toast. Without: back to the conversation, with a message on the page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from conversations import live
from conversations.access import get_conversation, get_conversation_to_change
from conversations.actions.errors import Refused
from conversations.actions.undoing import undoable_event

REFUSED = 409


@dataclass(frozen=True, slots=True)
class Undoable:
    """What a view says when it has done something that can be taken back for some seconds."""

    text: str


def action(view: Callable) -> Callable:
    """Guard a view that changes a conversation: view(request, conversation) -> what to say, or ''.

    What it says as Undoable comes with a button that takes it back.

    A Refused error becomes a toast; the form that was sent keeps its text.
    """

    @wraps(view)
    @login_required
    @require_http_methods(["POST"])
    def door(request, conversation_id):
        conversation = get_conversation_to_change(request.user, conversation_id)
        since = conversation.version
        try:
            said = view(request, conversation)
        except Refused as error:
            return refused(request, conversation, str(error))
        if not isinstance(said, Undoable):
            return answered(request, conversation, said or "")
        event = undoable_event(conversation, by=request.user, since=since)
        return answered(request, conversation, said.text, undo=event)

    return door


def dialog(show: Callable) -> Callable:
    """Put a form's page and its action at one address: GET shows, POST does."""

    def decorate(view: Callable) -> Callable:
        do = action(view)

        @wraps(view)
        @login_required
        @require_http_methods(["GET", "POST"])
        def door(request, conversation_id):
            if request.method == "POST":
                return do(request, conversation_id)
            return show(request, get_conversation_to_change(request.user, conversation_id))

        return door

    return decorate


def show_dialog(request, template: str, context: dict) -> HttpResponse:
    """Show a form: over the page with HTMX, else as a page of its own."""
    context["dialog"] = template
    whole = "conversations/conversations/dialog.html"
    return render(request, template if request.htmx else whole, context)


def answered(request, conversation, said: str = "", undo=None) -> HttpResponse:
    """Answer what has been done; `undo` is the event that the toast offers to take back."""
    try:
        conversation = get_conversation(request.user, conversation.pk)
    except Http404:
        return _gone(request, conversation, said, undo)
    if not request.htmx:
        _say_on_the_page(request, said, undo)
        return redirect("conversations:conversation", conversation.pk)
    changed = live.render_changes(conversation, known_version(request))
    return HttpResponse(changed.html + toast(said, undo=undo))


def refused(request, conversation, why: str) -> HttpResponse:
    """Answer what may not be done, in words for people."""
    if request.htmx:
        return HttpResponse(toast(why, "error"), status=REFUSED)
    messages.error(request, why)
    return redirect("conversations:conversation", conversation.pk)


def toast(text: str, tone: str = "success", undo=None) -> str:
    """Return a short message for the corner of the page, with a button where it can be undone."""
    context = {"text": text, "tone": tone, "undo": undo.pk if undo else ""}
    return render_to_string("shared/_toast.html", context) if text else ""


def known_version(request) -> int:
    """Return the version of the conversation that the page says it has; 0 when it says nothing."""
    said = request.POST.get("since", "")
    return int(said) if said.isdecimal() and len(said) < 19 else 0


def _say_on_the_page(request, said: str, undo) -> None:
    if said:
        messages.success(request, said, extra_tags=str(undo.pk) if undo else "")


def _gone(request, conversation, said: str, undo) -> HttpResponse:
    """It is out of this person's sight now, as after a transfer to a queue that is not theirs."""
    if request.htmx:
        left = render_to_string(
            "conversations/conversations/left.live.html", {"conversation": conversation}
        )
        return HttpResponse(left + toast(said, undo=undo))
    _say_on_the_page(request, said, undo)
    return redirect("conversations:inbox")
