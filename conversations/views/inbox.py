"""The inbox: the list of conversations, alone or beside the open one."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations import list_choices, lists
from conversations.access import may_change
from conversations.list_filters import SORTS


@login_required
@require_safe
def inbox(request):
    """Show the list; with HTMX only the list and the navigation's counters, or its next rows."""
    wanted = wanted_list(request)
    if request.htmx and wanted.after:
        page = lists.page_for(request.user, wanted)
        return render(request, "conversations/list/_rows.html", {"page": page, "wanted": wanted})
    context = list_context(request, wanted)
    if request.htmx:
        return render(request, "conversations/list/list.live.html", context)
    return render(request, "conversations/inbox.html", {**context, "pane": "list"})


@login_required
@require_safe
def filters(request):
    """Show everything a list can be narrowed and ordered by."""
    wanted = wanted_list(request)
    choices = list_choices.choices_for(request.user)
    template = "conversations/list/_filters.html"
    context = {"wanted": wanted, "choices": choices, "sorts": SORTS.items(), "dialog": template}
    whole = "conversations/list/dialog.html"
    return render(request, template if request.htmx else whole, context)


def wanted_list(request) -> lists.ListFilter:
    default = "mine" if may_change(request.user) else "all"
    return lists.ListFilter.from_query(request.GET, default)


def list_context(request, wanted: lists.ListFilter) -> dict:
    """Return what the list and the rail show; the same for the page and for its fragments."""
    rail, counters = lists.rail_for(request.user, wanted)
    return {
        "section": "inbox",
        "wanted": wanted,
        "tabs": [
            {
                "name": name,
                "label": label,
                "count": counters.tabs.get(name),
                # A state is a tab's own, but among all.
                "query": wanted.query(tab=name, state=None, sort=None),
            }
            for name, label in lists.TABS.items()
        ],
        "chips": list_choices.chips(request.user, wanted),
        "counted": counters.chips,
        "page": lists.page_for(request.user, wanted),
        "unread": counters.unread,
        "rail": rail,
    }
