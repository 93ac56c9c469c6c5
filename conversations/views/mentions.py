"""Colleagues to name in a note."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations.access import get_conversation
from conversations.mentions import colleagues_of


@login_required
@require_safe
def colleagues(request, conversation_id):
    """List those who see this conversation, for completing a name after an @."""
    conversation = get_conversation(request.user, conversation_id)
    people = colleagues_of(conversation).exclude(pk=request.user.pk)
    context = {"people": people, "conversation": conversation}
    return render(request, "conversations/mentions/_colleagues.html", context)
