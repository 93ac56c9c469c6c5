"""What people do to a number: pause, resume, test, subscribe; and to notices and breakers."""

from collections.abc import Callable

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import permission_required
from conversations.access import get_channel, get_notice
from conversations.actions import breakers, channels, connecting
from conversations.actions import notices as notice_actions
from conversations.actions.errors import Refused
from conversations.channel_words import health_text
from conversations.views.channel_answers import channel_act
from conversations.views.channels import MAY_CONNECT, MAY_LOOK, MAY_RESET

MAY_STEER = "conversations.change_channel"


def act(permission: str) -> Callable:
    """Guard a view that changes a number: view(request, channel); a refusal becomes a message."""
    return channel_act(permission, get_channel, _back)


def _back(request, channel, said, error):
    if error is not None:
        messages.error(request, str(error))
    return redirect("conversations:channel", channel.pk)


@act(MAY_STEER)
def pause(request, channel):
    reason = request.POST.get("reason", "").replace("\0", "")
    channels.pause(channel, by=request.user, reason=reason)
    messages.success(request, _("%s is paused. What is written now waits.") % channel)


@act(MAY_STEER)
def resume(request, channel):
    channels.resume(channel, by=request.user)
    messages.success(request, _("%s sends again.") % channel)


@act(MAY_STEER)
def test(request, channel):
    is_well = channels.check(channel)
    channel.refresh_from_db(fields=["health"])
    say = messages.success if is_well else messages.error
    say(request, health_text(channel))


@act(MAY_CONNECT)
def subscribe(request, channel):
    connecting.subscribe(channel)
    messages.success(request, _("Meta sends this account's webhooks to us now."))


@permission_required(MAY_LOOK)
@require_POST
def dismiss(request, notice_id):
    """Put a notice away for everybody; who did stands on it."""
    notice_actions.dismiss(get_notice(request.user, notice_id), by=request.user)
    return redirect("conversations:channels")


@permission_required(MAY_RESET)
@require_POST
def reset_breaker(request):
    """Let a service be tried again at once."""
    try:
        breakers.reset(request.POST.get("name", "")[:120], by=request.user)
        messages.success(request, _("The service is tried again."))
    except Refused as error:
        messages.error(request, str(error))
    return redirect("conversations:channels")
