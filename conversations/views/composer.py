"""What the composer sends besides text and files, each from a dialog of its own."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from conversations import emojis, history
from conversations.access import get_conversation_to_change
from conversations.actions import messages as actions
from conversations.actions import reactions
from conversations.composer_forms import (
    ContactForm,
    InteractiveForm,
    LocationForm,
    ReactionForm,
)
from conversations.forms import MessageForm, MessageIdForm, first_error, valid
from conversations.models import Message, MessageKind
from conversations.views.answers import dialog, show_dialog
from conversations.views.messages import message_of


def show_location(request, conversation):
    return _show(request, conversation, "location")


@dialog(show_location)
def location(request, conversation):
    form = valid(LocationForm(request.POST))
    actions.send_location(conversation, by=request.user, client_token=form.token(), **form.place())


def show_contact(request, conversation):
    return _show(request, conversation, "contact", people=history.known_people(request.user))


@dialog(show_contact)
def contact(request, conversation):
    people = history.customers_to_name(request.user)
    form = valid(ContactForm(request.POST, customers=people))
    actions.send_contacts(
        conversation, by=request.user, client_token=form.token(), contacts=form.cards()
    )


def show_interactive(request, conversation):
    return _show(request, conversation, "interactive", types=InteractiveForm.TYPES)


@dialog(show_interactive)
def interactive(request, conversation):
    form = valid(InteractiveForm(request.POST))
    actions.send_message(
        conversation,
        by=request.user,
        body=form.cleaned_data["body"],
        client_token=form.token(),
        interactive=form.payload(),
    )


@login_required
@require_POST
def preview(request, conversation_id):
    """Show an interactive message as it is being written, and what WhatsApp would refuse of it."""
    conversation = get_conversation_to_change(request.user, conversation_id)
    form = InteractiveForm(request.POST)
    if not form.is_valid():
        return HttpResponse(first_error(form), content_type="text/plain")
    message = Message(
        channel=conversation.channel, contact=conversation.contact, kind=MessageKind.INTERACTIVE,
        body=form.cleaned_data["body"], payload=form.payload(),
    )  # fmt: skip
    context = {"message": message, "problems": actions.problems_of(message)}
    return render(request, "conversations/composer/_preview.html", context)


@login_required
@require_POST
def text_preview(request, conversation_id):
    """Show a text with WhatsApp's marks as the customer will see it."""
    get_conversation_to_change(request.user, conversation_id)
    form = MessageForm(request.POST)
    text = form.cleaned_data["body"].strip() if form.is_valid() else ""
    return render(request, "conversations/composer/_text_preview.html", {"text": text})


@login_required
@require_safe
def emoji(request, conversation_id):
    """Show all emojis, to be put into the text that is being written."""
    conversation = get_conversation_to_change(request.user, conversation_id)
    return _show(request, conversation, "emoji", groups=emojis.groups())


def show_reaction(request, conversation):
    form = MessageIdForm(request.GET)
    if not form.is_valid():
        raise Http404
    target = message_of(request, conversation, form)
    own = target.reactions.filter(reactor=reactions.REACTOR).values_list("emoji", flat=True)
    return _show(
        request, conversation, "reaction",
        target=target, own=own.first() or "", groups=emojis.groups(), quick=emojis.quick(),
    )  # fmt: skip


@dialog(show_reaction)
def react(request, conversation):
    form = valid(ReactionForm(request.POST))
    target = message_of(request, conversation, form)
    reactions.react(target, by=request.user, emoji=form.cleaned_data["emoji"])


def _show(request, conversation, name: str, **context):
    context |= {"conversation": conversation, "client_token": uuid4()}
    return show_dialog(request, f"conversations/composer/_{name}.html", context)
