"""Who may into the simulator, and how its pages answer."""

import hashlib
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from conversations.access import may_change
from conversations.models import ProviderName, SimulatorInstance, SimulatorPhone, SimulatorSetting
from conversations.providers.simulator import (
    accept,
    gateway_telling,
    journal,
    phone,
    screen,
)
from conversations.views.answers import REFUSED, toast


def simulator_page(view):
    """Let in whoever is logged in and may change anything; nothing is here without the simulator."""

    @wraps(view)
    @login_required
    def door(request, **arguments):
        if not settings.SIMULATOR:
            raise Http404
        if not may_change(request.user):
            raise PermissionDenied
        return view(request, **arguments)

    return door


def phone_act(view):
    """Guard a view in which a customer does something; answers with the screen and the log."""

    @wraps(view)
    @simulator_page
    @require_POST
    def door(request, phone_id):
        chosen = get_object_or_404(phones(), pk=phone_id)
        try:
            _require_text(request)
            view(request, chosen)
        except phone.PhoneError as error:
            return _refused(request, chosen, str(error))
        if not request.htmx:
            return redirect(address_of(chosen))
        return live_answer(request, phones().get(pk=chosen.pk))

    return door


def _require_text(request) -> None:
    """No keyboard types U+0000, and no database takes it."""
    if any("\x00" in value for _name, values in request.POST.lists() for value in values):
        raise phone.PhoneError(_("This text holds a character that cannot be sent."))


def phones():
    """Return the phones of all simulated numbers, with those of the simulated gateway."""
    shown = Q(channel__provider=ProviderName.SIMULATOR)
    if gateway_telling.is_here():
        shown |= Q(channel__simulator_instance__isnull=False)
    found = SimulatorPhone.objects.filter(shown)
    return found.select_related("channel__waba").order_by("channel__created_at", "created_at")


def _chosen_log(request) -> str:
    wanted = request.GET.get("log") or request.POST.get("log")
    return wanted if wanted in journal.FILTERS else journal.ALL


def live_context(request, chosen: SimulatorPhone) -> dict:
    """Return what the live parts of the page are drawn from."""
    now = timezone.now()
    log = _chosen_log(request)
    counted = journal.counts(chosen.channel)
    return {
        "phone": chosen,
        "session": _session_of(chosen),
        "bubbles": screen.bubbles(chosen),
        "is_typing": screen.is_typing(chosen, now),
        "window_is_open": accept.window_is_open(chosen, now),
        "reactions": screen.REACTIONS,
        "log": log,
        "filters": [(name, label, counted[name]) for name, label in journal.FILTERS.items()],
        "lines": journal.lines(chosen.channel, log),
        "setting": SimulatorSetting.current(),
    }


def _session_of(chosen: SimulatorPhone):
    """Return how the number stands at the simulated gateway; None where it needs none."""
    return SimulatorInstance.objects.filter(channel=chosen.channel_id).first()


def live_answer(request, chosen: SimulatorPhone) -> HttpResponse:
    """Answer the live parts; X-Seen names what they show."""
    html = render_to_string("conversations/simulator/live.live.html", live_context(request, chosen))
    seen = hashlib.sha256(html.encode()).hexdigest()[:16]
    mark = format_html('<i data-seen="{}" hidden></i>', seen)
    return HttpResponse(html + mark, headers={"X-Seen": seen})


def _refused(request, chosen: SimulatorPhone, why: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(toast(why, "error"), status=REFUSED)
    messages.error(request, why)
    return redirect(address_of(chosen))


def address_of(chosen: SimulatorPhone) -> str:
    """Return the page that shows a phone."""
    return f"{reverse('simulator:page')}?phone={chosen.pk}"


def posted_phone(request) -> UUID | None:
    """Return the phone that the page showed, which its forms tell."""
    try:
        return UUID(request.POST.get("phone", ""))
    except ValueError:
        return None
