"""One conversation: reading it, and what people do with it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actions.audit import customer_opened
from conversations import history, live, thread
from conversations.access import get_conversation
from conversations.actions import conversations as actions
from conversations.actions.errors import Refused
from conversations.forms import CloseForm, ReturnForm, TransferForm, first_error
from conversations.views.answers import action, dialog, show_dialog
from conversations.views.inbox import list_context, wanted_list


@login_required
@require_safe
def conversation(request, conversation_id, pane="thread"):
    """Show a conversation: with HTMX alone, else beside the list."""
    conversation = get_conversation(request.user, conversation_id)
    customer_opened(conversation.customer, request=request)
    context = {
        "conversation": conversation,
        "timeline": thread.timeline(conversation),
        "earlier": history.earlier_conversations(request.user, conversation),
        "pane": pane,
    }
    if request.htmx:
        return render(request, "conversations/conversations/_conversation.html", context)
    return render(
        request,
        "conversations/inbox.html",
        {**list_context(request, wanted_list(request)), **context},
    )


@login_required
@require_safe
def earlier(request, conversation_id):
    """Show the stretch of the thread before an item."""
    conversation = get_conversation(request.user, conversation_id)
    stretch = thread.timeline(conversation, before=request.GET.get("before", "-"))
    context = {"conversation": conversation, "timeline": stretch}
    return render(request, "conversations/thread/_items.html", context)


@login_required
@require_safe
def changes(request, conversation_id):
    """Catch up: what is new or changed after version `since`; 204 when nothing is."""
    conversation = get_conversation(request.user, conversation_id)
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 18:
        return HttpResponseBadRequest()
    if int(since) == conversation.version:
        return HttpResponse(status=204)
    return HttpResponse(live.render_changes(conversation, int(since)).html)


@action
def take(request, conversation):
    actions.take(conversation, by=request.user)


@action
def read(request, conversation):
    actions.mark_read(conversation, by=request.user)


def show_transfer(request, conversation):
    receivers = history.receivers(conversation)
    context = {"conversation": conversation, "receivers": receivers}
    return _dialog(request, "transfer", context)


@dialog(show_transfer)
def transfer(request, conversation):
    form = TransferForm(request.POST, people=history.people_to_receive())
    if not form.is_valid():
        raise Refused(first_error(form))
    said = form.cleaned_data
    actions.transfer(
        conversation, by=request.user, reason=said["reason"], note=said["note"], **said["target"]
    )
    return _("Transferred to %s.") % next(iter(said["target"].values()))


def show_return(request, conversation):
    return _dialog(request, "return", {"conversation": conversation})


@dialog(show_return)
def return_to_queue(request, conversation):
    form = ReturnForm(request.POST)
    if not form.is_valid():
        raise Refused(first_error(form))
    actions.return_to_queue(conversation, by=request.user, reason=form.cleaned_data["reason"])
    return _("Given back to the queue.")


def show_close(request, conversation):
    context = {"conversation": conversation, "reasons": history.closing_reasons(conversation)}
    return _dialog(request, "close", context)


@dialog(show_close)
def close(request, conversation):
    form = CloseForm(request.POST, reasons=history.closing_reasons(conversation))
    if not form.is_valid():
        raise Refused(first_error(form))
    actions.close_conversation(conversation, by=request.user, **form.cleaned_data)
    return _("Conversation closed.")


def _dialog(request, name: str, context: dict):
    return show_dialog(request, f"conversations/conversations/_{name}.html", context)
