"""Messages and notes: writing them, sending one again."""

from django.http import Http404

from conversations.access import get_message_to_change
from conversations.actions import messages as actions
from conversations.forms import MessageForm, MessageIdForm, valid
from conversations.views.answers import action


@action
def send(request, conversation):
    form = valid(MessageForm(request.POST))
    actions.send_message(
        conversation,
        by=request.user,
        body=form.cleaned_data["body"],
        client_token=form.token(),
        reply_to=form.quoted(conversation),
        composition=form.composition(),
    )


@action
def note(request, conversation):
    form = valid(MessageForm(request.POST))
    actions.add_note(
        conversation,
        by=request.user,
        body=form.cleaned_data["body"],
        client_token=form.token(),
        composition=form.composition(),
    )


@action
def retry(request, conversation):
    form = valid(MessageIdForm(request.POST))
    actions.retry_message(message_of(request, conversation, form), by=request.user)


def message_of(request, conversation, form):
    """Return the message a form names; one of another conversation does not exist here."""
    message = get_message_to_change(request.user, form.cleaned_data["message"])
    if message.conversation_id != conversation.pk:
        raise Http404
    return message
