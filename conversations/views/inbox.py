"""The inbox: the list of conversations, alone or beside the open one."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations import lists
from conversations.access import may_change


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


def wanted_list(request) -> lists.ListFilter:
    default = "mine" if may_change(request.user) else "all"
    return lists.ListFilter.from_query(request.GET, default)


def list_context(request, wanted: lists.ListFilter) -> dict:
    """Return what the list and the rail show; the same for the page and for its fragments."""
    counters = lists.counters_for(request.user, wanted.queue)
    rail = lists.rail_for(request.user, counters)
    return {
        "section": "inbox",
        "wanted": wanted,
        "tabs": [
            {
                "name": name,
                "label": label,
                "count": counters.tabs.get(name),
                "query": wanted.query(tab=name),
            }
            for name, label in lists.TABS.items()
        ],
        "chosen_queue": next((queue for queue in rail.queues if queue.pk == wanted.queue), None),
        "page": lists.page_for(request.user, wanted),
        "unread": counters.unread,
        "rail": rail,
    }
