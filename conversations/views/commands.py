"""The command bar's list."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations.command_search import results_for


@login_required
@require_safe
def commands(request):
    """List what the words lead to, for this person."""
    words, open_now = request.GET.get("q", ""), request.GET.get("conversation", "")
    context = {"results": results_for(request.user, words, open_now), "words": words}
    template = (
        "conversations/commands/_list.html" if request.htmx else "conversations/commands.html"
    )
    return render(request, template, context)
