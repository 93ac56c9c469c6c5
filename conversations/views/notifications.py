"""The bell, what it lists, and having read it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from conversations.access import get_notification
from conversations.actions import notifications as actions
from conversations.notification_list import page_of
from conversations.notification_words import address


@login_required
@require_safe
def page(request):
    """Show what one has been told; with HTMX the older ones, or bell and list anew."""
    if request.htmx and request.GET.get("part") == "bell":
        return render(request, "conversations/notifications/_bell.html")
    return _list(request, _uuid(request.GET.get("before", "")))


@login_required
@require_safe
def follow(request, notification_id):
    """Go where a notification leads, and have read it."""
    notification = get_notification(request.user, notification_id)
    actions.read_one(notification)
    return redirect(address(notification))


@login_required
@require_POST
def read(request):
    """Have read what one has of a conversation that one looks at."""
    conversation_id = _uuid(request.POST.get("conversation", ""))
    if conversation_id is None:
        return HttpResponseBadRequest()
    actions.read_of(request.user.pk, conversation_id=conversation_id)
    return HttpResponse(status=204)


@login_required
@require_POST
def read_one(request, notification_id):
    """Have read one, without going there."""
    actions.read_one(get_notification(request.user, notification_id))
    return _listed(request)


@login_required
@require_POST
def read_all(request):
    """Have read all that the page showed; what came since stays unread."""
    through = _uuid(request.POST.get("through", ""))
    if through is None:
        return HttpResponseBadRequest()
    actions.read_all(request.user.pk, through=through)
    return _listed(request)


def _listed(request):
    return _list(request) if request.htmx else redirect("conversations:notifications")


def _list(request, before: UUID | None = None):
    lines, older = page_of(request.user, before)
    context = {"section": "notifications", "lines": lines, "older": older}
    if request.htmx:
        name = "_lines.html" if before else "bell.live.html"
        return render(request, f"conversations/notifications/{name}", context)
    return render(request, "conversations/notifications.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
