"""Sending later: from a conversation's composer, and the page of everything that waits."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conversations import schedule_times, scheduled
from conversations.actions import scheduling
from conversations.forms import MessageIdForm, PutOffForm, ScheduleForm, valid
from conversations.views.answers import action, dialog, show_dialog
from conversations.views.messages import message_of


def show_schedule(request, conversation):
    rows = scheduled.rows_of(scheduled.of_conversation(conversation), request.user)
    may_schedule = conversation.can_be_answered_by(request.user)
    context = {"rows": rows, "may_schedule": may_schedule, "client_token": uuid4()}
    return _show(request, conversation, "schedule", **context)


@dialog(show_schedule)
def schedule(request, conversation):
    form = valid(ScheduleForm(request.POST))
    said = form.cleaned_data
    message = scheduling.schedule_message(
        conversation,
        by=request.user,
        body=said["body"],
        at=said["at"],
        client_token=form.token(),
        reply_to=form.quoted(conversation),
        unless_answered=said["unless_answered"],
        composition=form.composition(),
    )
    return _("Scheduled for %s.") % _clock(message.scheduled_for)


def show_put_off(request, conversation):
    form = MessageIdForm(request.GET)
    if not form.is_valid():
        raise Http404
    return _show(request, conversation, "put_off", target=message_of(request, conversation, form))


@dialog(show_put_off)
def put_off(request, conversation):
    form = valid(PutOffForm(request.POST))
    message = message_of(request, conversation, form)
    moved = scheduling.put_off(message, by=request.user, at=form.cleaned_data["at"])
    return _("Scheduled for %s.") % _clock(moved.scheduled_for)


@action
def send_now(request, conversation):
    form = valid(MessageIdForm(request.POST))
    scheduling.send_now(message_of(request, conversation, form), by=request.user)
    return _("On its way.")


@action
def withdraw(request, conversation):
    form = valid(MessageIdForm(request.POST))
    scheduling.withdraw(message_of(request, conversation, form), by=request.user)
    return _("Withdrawn. The customer does not get it.")


@login_required
@require_safe
def page(request):
    """Show every scheduled message of conversations this person may read."""
    return render(request, "conversations/scheduled.html", scheduled.page_for(request))


def _show(request, conversation, name: str, **context):
    now = timezone.now()
    context |= {
        "conversation": conversation,
        "choices": schedule_times.choices(now, conversation.window_is_open),
        "earliest": timezone.localtime(now),
    }
    return show_dialog(request, f"conversations/scheduled/_{name}.html", context)


def _clock(at) -> str:
    return f"{timezone.localtime(at):%d/%m %H:%M}"
