"""What is done to many conversations at once: first its form, then, with the form's token, the deed."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from conversations import history, snooze_times
from conversations.access import may_change, visible_conversations
from conversations.act_forms import SnoozeForm
from conversations.actions import bulk as actions
from conversations.actions import marks, snoozing
from conversations.actions.conversations import transfer
from conversations.actions.errors import Refused
from conversations.forms import TransferForm, valid
from conversations.list_forms import AssignForm, CloseManyForm, ManyForm, TagManyForm
from conversations.models import ClosingReason, Queue, Tag
from conversations.views.answers import REFUSED, toast


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done to many: what its form needs, and how one is done."""

    show: Callable[..., dict]
    prepare: Callable[..., Callable]


@login_required
@require_POST
def bulk(request, verb):
    """Show the form of a verb; with the token of a form shown earlier, do it."""
    if verb not in VERBS:
        raise Http404
    if not may_change(request.user):
        raise PermissionDenied
    many = ManyForm(request.POST)
    try:
        token = valid(many).cleaned_data["token"]
        if token is None:
            return _asked(request, verb, many.ids())
        act = VERBS[verb].prepare(request, many.ids())
        outcome = actions.in_bulk(many.ids(), by=request.user, token=token, act=act)
    except Refused as error:
        return _refused(request, error)
    return _told(request, outcome)


def _asked(request, verb: str, ids: list):
    if not ids:
        raise Refused(_("Select conversations first."))
    if len(ids) > actions.MOST_AT_ONCE:
        raise Refused(_("Select at most %d conversations at once.") % actions.MOST_AT_ONCE)
    context = {"verb": verb, "ids": ids, "token": uuid4(), **VERBS[verb].show(request, ids)}
    return _dialog(request, verb, context)


def _told(request, outcome: actions.Outcome):
    done = ngettext("%d conversation done.", "%d conversations done.", outcome.done) % outcome.done
    if outcome.failures:
        return _dialog(request, "outcome", {"outcome": outcome, "done": done})
    if request.htmx:
        return HttpResponse(toast(done), headers={"HX-Reswap": "none"})
    messages.success(request, done)
    return redirect("conversations:inbox")


def _refused(request, error: Refused):
    if request.htmx:
        return HttpResponse(toast(str(error), "error"), status=REFUSED)
    messages.error(request, str(error))
    return redirect("conversations:inbox")


def _dialog(request, name: str, context: dict):
    template = f"conversations/bulk/_{name}.html"
    whole = "conversations/list/dialog.html"
    return render(request, template if request.htmx else whole, {**context, "dialog": template})


def _assign(request, _ids):
    form = AssignForm(request.POST, people=history.people_to_receive())
    said = valid(form).cleaned_data
    return lambda one: actions.assign(one, by=request.user, **said)


def _transfer(request, _ids):
    said = valid(TransferForm(request.POST, people=history.people_to_receive())).cleaned_data
    if not said["reason"].strip():
        raise Refused(_("Say why you transfer the conversations."))
    facts = {"reason": said["reason"], "note": said["note"], **said["target"]}
    return lambda one: transfer(one, by=request.user, **facts)


def _tag(request, _ids):
    said = valid(TagManyForm(request.POST)).cleaned_data
    return lambda one: marks.set_tags(one, by=request.user, **said)


def _close(request, ids):
    form = CloseManyForm(request.POST, reasons=_reasons(request.user, ids))
    said = valid(form).cleaned_data
    return lambda one: actions.close(one, by=request.user, **said)


def _snooze(request, _ids):
    until = valid(SnoozeForm(request.POST)).cleaned_data["at"]
    return lambda one: snoozing.snooze(one, by=request.user, until=until)


def _reasons(user, ids):
    """Return the closing reasons of the selected conversations' queues, and those of all."""
    queues = visible_conversations(user).filter(pk__in=ids[: actions.MOST_AT_ONCE]).order_by()
    of_queues = Q(queue__in=queues.values("queue")) | Q(queue=None)
    return ClosingReason.objects.filter(of_queues, is_active=True).select_related("queue")


def _times(_request, _ids) -> dict:
    now = timezone.now()
    return {"choices": snooze_times.choices(now), "earliest": snooze_times.form_value(now)}


VERBS = {
    "assign": Verb(lambda *_: {"people": history.ready_people()}, _assign),
    "transfer": Verb(
        lambda *_: {
            "queues": Queue.objects.filter(is_active=True).in_order(),
            "people": history.ready_people(),
        },
        _transfer,
    ),
    "tag": Verb(lambda *_: {"tags": Tag.objects.order_by("name")}, _tag),
    "close": Verb(lambda request, ids: {"reasons": _reasons(request.user, ids)}, _close),
    "snooze": Verb(_times, _snooze),
}
