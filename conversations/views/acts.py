"""What people do with a conversation beside moving it: snooze, mark, give to the bot, reopen, undo."""

from django.contrib.auth.decorators import login_required
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from conversations import snooze_times
from conversations.access import get_own_event
from conversations.act_forms import PriorityForm, SnoozeForm, TagsForm
from conversations.actions import marks, returning, snoozing, undoing
from conversations.actions.errors import Refused
from conversations.actions.tags import get_or_create_tag
from conversations.forms import valid
from conversations.models import Priority, Tag
from conversations.views.answers import Undoable, action, answered, dialog, refused, show_dialog


def show_snooze(request, conversation):
    now = timezone.now()
    choices = snooze_times.choices(now)
    closes_at = conversation.window_closes_at
    context = {
        "choices": choices,
        "earliest": snooze_times.form_value(now),
        "closes_first": bool(closes_at and now < closes_at < choices[-1].at),
    }
    return _dialog(request, "snooze", conversation, **context)


@dialog(show_snooze)
def snooze(request, conversation):
    until = valid(SnoozeForm(request.POST)).cleaned_data["at"]
    snoozing.snooze(conversation, by=request.user, until=until)
    return Undoable(_("Snoozed."))


@action
def unsnooze(request, conversation):
    snoozing.unsnooze(conversation, by=request.user)
    return Undoable(_("It is back."))


def show_priority(request, conversation):
    return _dialog(request, "priority", conversation, priorities=reversed(Priority.choices))


@dialog(show_priority)
def priority(request, conversation):
    wanted = valid(PriorityForm(request.POST)).cleaned_data["priority"]
    marks.set_priority(conversation, by=request.user, priority=wanted)
    return Undoable(_("Priority: %s.") % Priority(wanted).label)


def show_tags(request, conversation):
    has = set(conversation.tags.values_list("pk", flat=True))
    return _dialog(request, "tags", conversation, tags=list(Tag.objects.all()), has=has)


@dialog(show_tags)
def tags(request, conversation):
    form = valid(TagsForm(request.POST))
    changes = form.changes()
    if form.cleaned_data["new"].strip():
        changes["add"].append(get_or_create_tag(by=request.user, name=form.cleaned_data["new"]))
    marks.set_tags(conversation, by=request.user, **changes)
    return Undoable(_("Tags saved."))


@action
def return_to_bot(request, conversation):
    returning.return_to_bot(conversation, by=request.user)
    return Undoable(_("Given back to the bot. What it says stays said."))


@action
def reopen(request, conversation):
    returning.reopen(conversation, by=request.user)
    return _("Reopened: it is yours.")


@login_required
@require_POST
def undo(request, event_id):
    """Take back what this person did a moment ago."""
    event = get_own_event(request.user, event_id)
    try:
        was_told = undoing.undo(event, by=request.user)
    except Refused as error:
        return refused(request, event.conversation, str(error))
    said = _("Undone.")
    if was_told:
        said = _("Undone. What the customer has been sent stays sent.")
    return answered(request, event.conversation, said)


def _dialog(request, name: str, conversation, **context):
    template = f"conversations/conversations/_{name}.html"
    return show_dialog(request, template, {"conversation": conversation, **context})
