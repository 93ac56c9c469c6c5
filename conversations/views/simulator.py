"""The simulator's page: a phone in which anybody is the customer, and the log of what it causes."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conversations.models import Channel, ProviderName, SimulatorDelivery, SimulatorSetting
from conversations.providers.simulator import deliveries, faults, forms, journal, odd, phone
from conversations.serving import ServedFile, file_response
from conversations.views.simulator_doors import (
    address_of,
    live_answer,
    live_context,
    phones,
    posted_phone,
    simulator_page,
)


@simulator_page
@require_safe
def simulator(request):
    """Show the phone of ?phone=, or the first one."""
    chosen = _chosen_phone(request)
    if chosen is None:
        return render(request, "conversations/simulator/none.html", {"section": "simulator"})
    phone.look_at(chosen)
    return render(request, "conversations/simulator.html", _page_context(request, chosen))


@simulator_page
@require_safe
def live(request, phone_id):
    """Answer what the screen and the log show now; 204 when that is what the page has."""
    chosen = get_object_or_404(phones(), pk=phone_id)
    phone.look_at(chosen)
    answer = live_answer(request, chosen)
    return HttpResponse(status=204) if answer["X-Seen"] == request.GET.get("seen") else answer


@simulator_page
@require_safe
def file(request, phone_id, media_id):
    """Show a file of this phone's number as the phone does."""
    held = get_object_or_404(phones(), pk=phone_id).channel.simulator_media
    row = get_object_or_404(held, media_id=media_id)
    mime_type = row.mime_type.partition(";")[0]
    return file_response(request, ServedFile(row.file.name, row.size, row.sha256, mime_type, ""))


@simulator_page
@require_POST
def add_phone(request):
    """Give another customer a phone, on the number of the phone that the page shows."""
    shown = phones().filter(pk=posted_phone(request)).first()
    channel = shown.channel if shown else get_object_or_404(_channels()[:1])
    form = forms.PhoneForm(request.POST, channel=channel)
    if form.is_valid():
        return redirect(address_of(form.keep()))
    messages.error(request, forms.said(form))
    return redirect(_back(request))


@simulator_page
@require_POST
def change_faults(request):
    """Set the switches, or all of them back."""
    if request.POST.get("reset"):
        faults.switch_off()
        return redirect(_back(request))
    form = forms.FaultsForm(request.POST, instance=SimulatorSetting.current())
    if form.is_valid():
        form.keep()
        messages.success(request, _("The simulated WhatsApp now behaves like that."))
    else:
        messages.error(request, forms.said(form))
    return redirect(_back(request))


@simulator_page
@require_POST
def outage(request):
    """Take the simulated WhatsApp out of service, or back."""
    faults.switch_outage(is_out=request.POST.get("out") == "1")
    return redirect(_back(request))


@simulator_page
@require_POST
def clear_log(request):
    """Forget the requests so far."""
    shown = get_object_or_404(phones(), pk=posted_phone(request))
    journal.clear(shown.channel)
    return redirect(address_of(shown))


@simulator_page
@require_POST
def repeat(request, delivery_id):
    """Deliver a webhook once more, now."""
    deliveries.deliver_again(get_object_or_404(SimulatorDelivery, pk=delivery_id))
    shown = phones().filter(pk=posted_phone(request)).first()
    if request.htmx and shown:
        return live_answer(request, shown)
    return redirect(_back(request))


def _channels():
    simulated = Channel.objects.filter(provider=ProviderName.SIMULATOR).select_related("waba")
    return simulated.order_by("created_at")


def _chosen_phone(request):
    wanted = request.GET.get("phone")
    if not wanted:
        return phones().first()
    try:
        return get_object_or_404(phones(), pk=UUID(wanted))
    except ValueError:
        raise Http404 from None


def _page_context(request, chosen) -> dict:
    """Add what stays outside of the live parts: the choice of phones, the composer, the forms."""
    live_parts = live_context(request, chosen)
    on_phone = {bubble.message.wamid: bubble for bubble in live_parts["bubbles"]}
    return {
        **live_parts,
        "section": "simulator",
        "phones": phones(),
        "quoted": on_phone.get(request.GET.get("reply", "")),
        "edited": on_phone.get(request.GET.get("edit", "")),
        "form": forms.FaultsForm(instance=SimulatorSetting.current()),
        "phone_form": forms.PhoneForm(channel=chosen.channel),
        "place_form": forms.PlaceForm(auto_id="place_%s"),
        "card_form": forms.CardForm(auto_id="card_%s"),
        "odd_things": [(name, *said) for name, said in odd.kinds_of(chosen.channel).items()],
    }


def _back(request) -> str:
    """Return the address of the page that a form was sent from."""
    shown = posted_phone(request)
    return reverse("simulator:page") + (f"?phone={shown}" if shown else "")
