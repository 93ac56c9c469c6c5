"""WhatsApp's reviewers: approving, rejecting, pausing and disabling templates by hand."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from conversations.models import SimulatorTemplate, TemplateCategory, TemplateStatus
from conversations.providers.cloud.templates import content_of
from conversations.providers.simulator import approval
from conversations.views.simulator_doors import simulator_page

MOST_SHOWN = 200
VERBS = {
    "approve": gettext_lazy("Approve"),
    "reject": gettext_lazy("Reject"),
    "pause": gettext_lazy("Pause"),
    "disable": gettext_lazy("Disable"),
}


@simulator_page
@require_safe
def templates(request):
    """List the templates that the simulated WhatsApp holds, with what a reviewer can do."""
    held = SimulatorTemplate.objects.select_related("waba")[:MOST_SHOWN]
    rows = [_row(template) for template in held]
    context = {"rows": rows, "verbs": VERBS.items(), "section": "simulator"}
    return render(request, "conversations/simulator/templates.html", context)


@simulator_page
@require_POST
def decide(request, template_id):
    """Decide about one template; the webhook about it leaves at once."""
    decision = request.POST.get("decision", "")
    template = get_object_or_404(SimulatorTemplate.objects.select_related("waba"), pk=template_id)
    if decision not in approval.DECISIONS:
        raise Http404
    approval.decide(template, decision)
    messages.success(request, _("Decided about %s. The webhook is on its way.") % template)
    return redirect("simulator:approval")


def _row(template: SimulatorTemplate) -> dict:
    status = approval.status_of(template)
    return {
        "template": template,
        "status": status,
        "label": TemplateStatus(status).label,
        "category": TemplateCategory(template.category).label,
        "content": content_of(template.components),
    }
