"""Canned responses, filled in for the conversation they are called from."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations.access import get_conversation
from conversations.formatting import fill_in
from conversations.models import CannedResponse

MOST_SHOWN = 500


@login_required
@require_safe
def canned_responses(request, conversation_id):
    """List those this person may use, as they would be inserted here."""
    conversation = get_conversation(request.user, conversation_id)
    values = _values(conversation, request.user)
    rows = list(CannedResponse.objects.for_user(request.user)[:MOST_SHOWN])
    for row in rows:
        row.filled = fill_in(row.body, values)
    return render(request, "conversations/canned_responses/_list.html", {"responses": rows})


def _values(conversation, user) -> dict[str, str]:
    return {
        "customer.name": conversation.customer.name,
        "customer.first_name": conversation.customer.first_name,
        "protocol": conversation.protocol,
        "agent.name": str(user),
        "agent.first_name": user.first_name,
        "queue": conversation.queue.name,
        "site": settings.SITE_NAME,
    }
