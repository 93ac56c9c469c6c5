"""Numbers that log in by QR code: the code on the page, and what supervisors do about a session.

The fragment stands on the channel's page as well and asks its own address again when something
changed (channel.changed).
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import permission_required
from conversations.access import get_gateway_channel
from conversations.actions import gateway as actions
from conversations.actions.errors import Refused
from conversations.forms import PairingForm
from conversations.views.answers import REFUSED, toast

MAY_STEER = "conversations.change_channel"


@permission_required(MAY_STEER)
@require_safe
def gateway(request, channel_id):
    """Show how the number stands at the gateway, and the code to be read."""
    channel = get_gateway_channel(request.user, channel_id)
    name = "_gateway.html" if request.htmx else "gateway.html"
    return render(request, f"conversations/channels/{name}", {"channel": channel})


def _action(view: Callable) -> Callable:
    """Guard a view that changes a session: view(request, channel) -> what to say."""

    @wraps(view)
    @permission_required(MAY_STEER)
    @require_POST
    def door(request, channel_id):
        channel = get_gateway_channel(request.user, channel_id)
        try:
            said, tone, status = view(request, channel), "success", 200
        except Refused as error:
            said, tone, status = str(error), "error", REFUSED
        if request.htmx:
            return HttpResponse(_panel(request, channel) + toast(said, tone), status=status)
        getattr(messages, tone)(request, said)
        return redirect("conversations:gateway", channel.pk)

    return door


@_action
def connect(request, channel) -> str:
    form = PairingForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Write the number with country and area code, e.g. 55 11 98765-4321."))
    actions.connect(channel, by=request.user, number=form.cleaned_data["number"])
    return _("The telephone can read the code now.")


@_action
def reconnect(request, channel) -> str:
    actions.reconnect(channel, by=request.user)
    return _("The session is being restarted.")


@_action
def log_out(request, channel) -> str:
    actions.log_out(channel, by=request.user)
    return _("The session has ended.")


def _panel(request, channel) -> str:
    return render_to_string("conversations/channels/_gateway.html", {"channel": channel}, request)
