from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.actions.presence import set_availability
from accounts.models.users import Availability


@login_required
@require_POST
def availability(request):
    """Say whether one is available. The open pages hear of it by the live event."""
    chosen = request.POST.get("availability", "")
    if chosen not in Availability.values:
        return HttpResponse(status=422)
    set_availability(request.user, chosen, request.POST.get("reason", ""))
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "availability-changed"})
    return redirect(next_page(request))


def next_page(request) -> str:
    """Return the page named by the form, if it is one of ours."""
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if ours else "/"
