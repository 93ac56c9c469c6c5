"""Numbers that log in by QR code: the code on the page, and what supervisors do about a session.

The fragment stands on the channel's page as well and asks its own address again when something
changed (channel.changed).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import permission_required
from conversations.access import get_gateway_channel
from conversations.actions import gateway as actions
from conversations.actions.errors import Refused
from conversations.forms import PairingForm
from conversations.views.answers import REFUSED, toast
from conversations.views.channel_answers import channel_act

MAY_STEER = "conversations.change_channel"


@permission_required(MAY_STEER)
@require_safe
def gateway(request, channel_id):
    """Show how the number stands at the gateway, and the code to be read."""
    channel = get_gateway_channel(request.user, channel_id)
    name = "_gateway.html" if request.htmx else "gateway.html"
    return render(request, f"conversations/channels/{name}", {"channel": channel})


def _answer(request, channel, said, error):
    tone, status = ("success", 200) if error is None else ("error", REFUSED)
    said = said if error is None else str(error)
    if request.htmx:
        return HttpResponse(_panel(request, channel) + toast(said, tone), status=status)
    getattr(messages, tone)(request, said)
    return redirect("conversations:gateway", channel.pk)


# Guards a view that changes a session: view(request, channel) -> what to say.
_action = channel_act(MAY_STEER, get_gateway_channel, _answer)


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
