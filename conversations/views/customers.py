"""Customers from the conversation: whom a contact card names, and their document."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.actions.audit import document_revealed
from conversations import history, thread
from conversations.access import get_conversation_to_change, get_message_to_change
from conversations.actions import customers as actions
from conversations.forms import CardForm, valid
from conversations.views.answers import action
from conversations.views.inbox import list_context, wanted_list


@action
def add_customer(request, conversation):
    message_id, card = valid(CardForm(request.POST)).parts()
    message = get_message_to_change(request.user, message_id)
    if message.conversation_id != conversation.pk:
        raise Http404
    customer, is_new = actions.add_from_card(message, card, by=request.user)
    if is_new:
        return _("%(name)s is a customer now.") % {"name": customer}
    return _("%(name)s is known already.") % {"name": customer}


@never_cache
@login_required
@require_POST
def reveal_document(request, conversation_id):
    """Show the customer's whole CPF or CNPJ, this once; that it was shown is written down."""
    conversation = get_conversation_to_change(request.user, conversation_id)
    if not conversation.customer.document:
        raise Http404
    document_revealed(conversation.customer, request=request)
    context = {"conversation": conversation, "customer": conversation.customer, "revealed": True}
    if request.htmx:
        return render(request, "conversations/conversations/_document.html", context)
    context |= list_context(request, wanted_list(request)) | {
        "timeline": thread.timeline(conversation),
        "earlier": history.earlier_conversations(request.user, conversation),
        "pane": "details",
    }
    return render(request, "conversations/inbox.html", context)
