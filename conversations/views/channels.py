"""The numbers: how each of them is, and connecting another one."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import permission_required
from conversations import channel_detail, channel_list
from conversations.access import get_channel
from conversations.actions import connecting
from conversations.actions.errors import Refused
from conversations.channel_forms import CloudChannelForm
from conversations.notice_words import lines_for
from helpdesk.core.breaker import all_states

MAY_LOOK = "conversations.view_channel"
# Tokens and secrets are the administrators', as in the administration.
MAY_CONNECT = "conversations.add_waba"
MAY_RESET = "core.change_circuitbreakerstate"


@permission_required(MAY_LOOK)
@require_safe
def page(request):
    """Show the numbers, those that need somebody first; with HTMX the next rows only."""
    wanted = channel_list.ChannelFilter.from_query(request.GET)
    found = channel_list.page_of(request.user, wanted)
    context = {"rows": found.rows, "next": found.after and wanted.query(found.after)}
    if request.htmx:
        return render(request, "conversations/channels/_rows.html", context)
    context |= {
        "section": "channels",
        "wanted": wanted,
        "tally": channel_list.tally_of(request.user),
        "accounts": channel_list.accounts_of(request.user),
        "lines": lines_for(request.user),
        "breakers": all_states() if request.user.has_perm(MAY_RESET) else [],
        "may_connect": request.user.has_perm(MAY_CONNECT),
    }
    return render(request, "conversations/channels.html", context)


@permission_required(MAY_LOOK)
@require_safe
def channel(request, channel_id):
    """Show everything that is known of one number."""
    row = channel_detail.of(get_channel(request.user, channel_id))
    is_admin = request.user.has_perm(MAY_CONNECT)
    context = {
        "section": "channels",
        "row": row,
        "channel": row.channel,
        "may_change": request.user.has_perm("conversations.change_channel"),
        "is_admin": is_admin,
        "webhook_address": settings.BASE_URL + reverse("whatsapp_webhook"),
        "verify_token": channel_detail.verify_token_of(row.channel) if is_admin else "",
    }
    return render(request, "conversations/channel.html", context)


@permission_required(MAY_CONNECT)
@require_http_methods(["GET", "POST"])
def new(request):
    """Connect a number of the Cloud API: asked at Meta first, kept when it answers."""
    form = CloudChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = connecting.connect_cloud(by=request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%s is connected.") % made)
            return redirect("conversations:channel", made.pk)
    context = {"section": "channels", "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "conversations/channel_new.html", context, status=status)


@permission_required(MAY_LOOK)
@require_safe
def notices(request):
    """The open notices alone: for the list on the page and for the count in the rail."""
    context = {"lines": lines_for(request.user), "section": "channels"}
    name = "channels/notices.live.html" if request.htmx else "channel_notices.html"
    return render(request, f"conversations/{name}", context)
