"""Customers: the list, one of them, and what is done with one as a whole."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import permission_required
from accounts.actions.audit import customer_opened
from conversations import customer_list, history
from conversations.access import (
    get_conversation,
    get_customer,
    get_message_to_change,
    may_change,
    visible_customers,
)
from conversations.actions import customer_changes, opening
from conversations.actions import customers as actions
from conversations.actions.errors import Refused
from conversations.customer_forms import NewForm, TagsForm, WriteForm
from conversations.customer_panel import panel_for
from conversations.customer_timeline import KINDS, timeline_of
from conversations.duplicates import duplicates_of
from conversations.forms import CardForm, valid
from conversations.gallery import KINDS as GALLERY_KINDS
from conversations.gallery import gallery_of
from conversations.models import Tag
from conversations.views.answers import action
from conversations.views.customer_answers import (
    back,
    customer_dialog,
    part,
    show_dialog,
)

MAY_CHANGE = "conversations.change_customer"


@login_required
@require_safe
def page(request):
    """Show the customers one sees; with HTMX the next rows, or all of the list."""
    wanted = customer_list.CustomerFilter.from_query(request.GET)
    context = {"wanted": wanted, "page": customer_list.page_for(request.user, wanted)}
    context["may_change"] = may_change(request.user)
    if request.htmx and wanted.after:
        return part(request, "rows", context)
    found, has_more = customer_list.count(customer_list.matching(request.user, wanted))
    context |= {
        "found": found,
        "has_more": has_more,
        "tags": Tag.objects.all(),
        "cities": customer_list.cities(),
        "sorts": [(name, label) for name, (label, _order) in customer_list.SORTS.items()],
        "section": "customers",
    }
    return render(request, "conversations/customers.html", context)


@login_required
@require_safe
def customer(request, customer_id):
    """Show one customer, with what has happened."""
    row = get_customer(request.user, customer_id)
    customer_opened(row, request=request)
    context = panel_for(row, request.user)
    context |= {
        "box": "card",
        "timeline": timeline_of(row, request.user, request.GET.get("show", "")),
        "timeline_kinds": KINDS.items(),
        "duplicates": duplicates_of(row, request.user) if context["may_change"] else [],
        "merges": row.merges.select_related("actor").order_by("-occurred_at"),
        "latest": history.latest_conversation(request.user, row),
        "section": "customers",
    }
    return render(request, "conversations/customer.html", context)


@login_required
@require_safe
def timeline(request, customer_id):
    """Show the entries before a place."""
    row = get_customer(request.user, customer_id)
    kind, before = request.GET.get("show", ""), request.GET.get("before", "")
    context = {"customer": row, "timeline": timeline_of(row, request.user, kind, before)}
    return part(request, "timeline", context)


@login_required
@require_safe
def gallery(request, customer_id):
    """Show the files of the conversations one may read: a part of the panel, or a page."""
    row = get_customer(request.user, customer_id)
    after = _uuid(request.GET.get("after", ""))
    kind = request.GET.get("kind", "")
    context = {
        "customer": row,
        "gallery": gallery_of(row, request.user, kind, after),
        "kinds": [(name, label) for name, (label, _kinds) in GALLERY_KINDS.items()],
        "section": "customers",
    }
    if request.htmx:
        return part(request, "gallery_files" if after else "gallery", context)
    return render(request, "conversations/customers/gallery.html", context)


@login_required
@require_safe
def panel(request, conversation_id):
    """Show the panel of a conversation anew, as somebody has changed its customer."""
    conversation = get_conversation(request.user, conversation_id)
    return part(request, "panel", {"conversation": conversation})


@customer_dialog("block", lambda request, customer: {"customer": customer})
def block(request, customer):
    if "unblock" in request.POST:
        customer_changes.unblock(customer, by=request.user)
        return _("%(name)s can be served again.") % {"name": customer}
    customer_changes.block(customer, by=request.user)
    return _("%(name)s is blocked.") % {"name": customer}


def _writing(request, customer):
    channels = opening.channels_to_write_on(request.user)
    known = set(customer.contacts.values_list("channel_id", flat=True)) if customer else set()
    ordered = sorted(channels, key=lambda channel: (channel.pk not in known, channel.name))
    return {"customer": customer, "channels": ordered, "known": known}


@customer_dialog("write", _writing)
def write(request, customer):
    """Open a conversation with a customer, and go there."""
    form = valid(WriteForm(request.POST, channels=opening.channels_to_write_on(request.user)))
    conversation, is_new = opening.open_conversation(
        customer, channel=form.cleaned_data["channel"], by=request.user
    )
    return _opened(request, conversation, is_new)


@permission_required(MAY_CHANGE)
@require_http_methods(["GET", "POST"])
def new(request):
    """Write to a number: its customer is found, or made."""
    context = _writing(request, None) | {"written": request.POST}
    if request.method == "GET":
        return show_dialog(request, "new", context)
    try:
        form = valid(NewForm(request.POST, channels=opening.channels_to_write_on(request.user)))
        conversation, is_new = opening.open_with_number(**form.cleaned_data, by=request.user)
    except Refused as error:
        return show_dialog(request, "new", {**context, "error": str(error)})
    return _opened(request, conversation, is_new)


@permission_required(MAY_CHANGE)
@require_POST
def tag(request):
    """Give one tag to, or take it from, the chosen customers."""
    try:
        said = valid(TagsForm(request.POST)).cleaned_data
        chosen = {_uuid(text) for text in request.POST.getlist("customer")} - {None}
        theirs = visible_customers(request.user).filter(pk__in=chosen).values_list("pk", flat=True)
        done = customer_changes.tag_customers(
            theirs, by=request.user, **{said["act"]: [said["tag"]]}
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        text = ngettext("%d customer was changed.", "%d customers were changed.", done)
        messages.success(request, text % done)
    return back(request, None)


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


def _opened(request, conversation, is_new: bool):
    if not is_new:
        messages.info(request, _("This conversation is open already."))
    return redirect("conversations:conversation", conversation.pk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
