"""Health of the intake: how far it is behind, and what was set aside."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import permission_required
from conversations import ingest_health
from conversations.actions import webhooks
from conversations.actions.errors import Refused
from conversations.admin.masking import masked_body
from conversations.admin.way import way_of
from conversations.forms import PurgeForm
from conversations.models import WebhookEvent, WorkItem

# Supervisors see how it goes. Bodies hold what customers of every queue wrote: administrators only.
MAY_LOOK = "conversations.view_channel"
MAY_READ = "conversations.view_workitem"
MAY_REPLAY = "conversations.change_workitem"
MAY_PURGE = "conversations.delete_workitem"
LARGEST_ID = 2**63 - 1


@permission_required(MAY_LOOK)
@require_safe
def page(request):
    """Show how the intake is; with HTMX the figures only, or with ?after= more parked items."""
    after = request.GET.get("after", "")
    context = {"section": "ingest", "may_read": request.user.has_perm(MAY_READ)}
    if not (request.htmx and after):
        context["health"] = ingest_health.look()
    if request.htmx and not after:
        return render(request, "conversations/ingest/_figures.html", context)
    if context["may_read"]:
        context["page"] = ingest_health.parked_page(after)
    if request.htmx:
        return render(request, "conversations/ingest/_items.html", context)
    return render(request, "conversations/ingest.html", context)


@permission_required(MAY_READ)
@require_safe
def item(request, item_id):
    """Show one item: why it is parked, what came of its webhook, and the body without numbers."""
    found = _item(item_id)
    webhook = WebhookEvent.objects.filter(pk=found.event_id).first()
    context = {
        "section": "ingest",
        "item": ingest_health.readable(found),
        "body": masked_body(bytes(webhook.body)) if webhook else "",
        "way": way_of(webhook) if webhook else None,
    }
    return render(request, "conversations/ingest_item.html", context)


@permission_required(MAY_REPLAY)
@require_POST
def replay_one(request, item_id):
    try:
        webhooks.replay_one(_item(item_id), by=request.user)
        messages.success(request, _("The item is tried again."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("conversations:work_item", item_id)


@permission_required(MAY_REPLAY)
@require_POST
def replay_all(request):
    try:
        count = webhooks.replay_all(by=request.user)
        text = ngettext("%d item will be tried again.", "%d items will be tried again.", count)
        messages.success(request, text % count)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("conversations:ingest")


@permission_required(MAY_PURGE)
@require_POST
def purge(request):
    """Ask how sure somebody is, with the number of items; with `sure` delete them."""
    form = PurgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a number of days between 1 and 3650."))
        return redirect("conversations:ingest")
    days = form.cleaned_data["days"]
    if not form.cleaned_data["sure"]:
        context = {"section": "ingest", "days": days, "count": webhooks.count_older(days)}
        return render(request, "conversations/ingest_purge.html", context)
    try:
        webhooks.purge_parked(days, by=request.user)
        messages.success(request, _("The parked items are being deleted."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("conversations:ingest")


def _item(item_id: int) -> WorkItem:
    return get_object_or_404(WorkItem, pk=min(item_id, LARGEST_ID))
