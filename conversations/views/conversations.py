"""One conversation: reading it, and what people do with it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actions.audit import customer_opened
from conversations import history, live, past, thread
from conversations.access import get_conversation
from conversations.act_forms import CloseForm, RequiredForm
from conversations.actions import conversations as actions
from conversations.actions.closing import close_filled_in
from conversations.actions.texts import farewell_text
from conversations.closing import NOTE, TAGS, asked_of_customer, missing_fields
from conversations.forms import ReturnForm, TransferForm, valid
from conversations.models import Tag
from conversations.views.answers import Undoable, action, dialog, show_dialog
from conversations.views.inbox import list_context, wanted_list


@login_required
@require_safe
def conversation(request, conversation_id, pane="thread"):
    """Show a conversation: with HTMX alone, else beside the list. `?at=` opens it at a message."""
    conversation = get_conversation(request.user, conversation_id)
    customer_opened(conversation.customer, request=request)
    stretch = thread.wanted(conversation, {"at": request.GET.get("at", "")})
    context = {
        "conversation": conversation,
        "timeline": stretch,
        "past": _past(request, conversation, stretch),
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
    """Show a stretch of the thread: `before` or `after` an item, around one (`at`), the `first`."""
    conversation = get_conversation(request.user, conversation_id)
    stretch = thread.wanted(conversation, request.GET)
    context = {"conversation": conversation, "timeline": stretch}
    if "inside" not in request.GET:
        context["past"] = _past(request, conversation, stretch)
    return render(request, "conversations/thread/stretch.live.html", context)


@login_required
@require_safe
def past_conversations(request, conversation_id):
    """Show the heads of the customer's earlier conversations, before a cursor."""
    conversation = get_conversation(request.user, conversation_id)
    entries = past.before(request.user, conversation, request.GET.get("before", ""))
    context = {"conversation": conversation, "past": entries}
    return render(request, "conversations/thread/_past.html", context)


def _past(request, conversation, stretch):
    """What stands above the thread, where the stretch begins it."""
    is_beginning = stretch.items and not stretch.before
    return past.before(request.user, conversation) if is_beginning else None


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
    return Undoable(_("It is yours."))


@action
def read(request, conversation):
    actions.mark_read(conversation, by=request.user)


def show_transfer(request, conversation):
    receivers = history.receivers(conversation)
    context = {"conversation": conversation, "receivers": receivers}
    return _dialog(request, "transfer", context)


@dialog(show_transfer)
def transfer(request, conversation):
    form = valid(TransferForm(request.POST, people=history.people_to_receive()))
    said = form.cleaned_data
    actions.transfer(
        conversation, by=request.user, reason=said["reason"], note=said["note"], **said["target"]
    )
    return Undoable(_("Transferred to %s.") % next(iter(said["target"].values())))


def show_return(request, conversation):
    return _dialog(request, "return", {"conversation": conversation})


@dialog(show_return)
def return_to_queue(request, conversation):
    form = valid(ReturnForm(request.POST))
    actions.return_to_queue(conversation, by=request.user, reason=form.cleaned_data["reason"])
    return Undoable(_("Given back to the queue."))


def show_close(request, conversation):
    reasons = list(history.closing_reasons(conversation))
    chosen = next((one for one in reasons if str(one.pk) == request.GET.get("reason")), None)
    context = {"conversation": conversation, "reasons": reasons, "chosen": chosen}
    context |= _wanted_for(conversation, chosen)
    if request.htmx.target == "closing-fields":
        return render(request, "conversations/conversations/_closing_fields.html", context)
    return _dialog(request, "close", context)


@dialog(show_close)
def close(request, conversation):
    reasons = history.closing_reasons(conversation)
    said = valid(CloseForm(request.POST, reasons=reasons)).cleaned_data
    wanted = _wanted_for(conversation, said["reason"])["form"].wanted
    values = valid(RequiredForm(wanted, request.POST)).values()
    close_filled_in(conversation, by=request.user, values=values, **said)
    return Undoable(_("Conversation closed."))


def _wanted_for(conversation, reason) -> dict:
    """What the dialog asks for this reason: what is missing, and the farewell as it would be."""
    missing = missing_fields(conversation, reason, "")
    asked = [field for field in missing if field in asked_of_customer(reason)]
    return {
        "form": RequiredForm(asked),
        "wants_note": NOTE in missing,
        "tags": list(Tag.objects.all()) if TAGS in missing else [],
        "farewell": farewell_text(conversation, reason) if conversation.window_is_open() else "",
    }


def _dialog(request, name: str, context: dict):
    return show_dialog(request, f"conversations/conversations/_{name}.html", context)
