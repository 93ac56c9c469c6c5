from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import permission_required
from accounts.actions.audit import exported, retention_days
from accounts.audit.export import csv_pages, in_threads
from accounts.audit.lines import lines_of
from accounts.audit.search import AuditFilter, page_of
from accounts.models import User
from accounts.models.audit import KIND_GROUPS, AuditKind, AuditSource
from helpdesk.core.rate_limit import allow

EXPORTS, PER_SECONDS = 10, 600


@permission_required("accounts.view_auditentry")
@require_safe
def trail(request):
    """Show who did what; with HTMX the next entries only."""
    wanted = AuditFilter.from_query(request.GET)
    page = page_of(wanted, request.GET.get("after", ""))
    context = {
        "section": "audit",
        "wanted": wanted,
        "lines": lines_of(page.entries),
        "next": page.after and wanted.query(after=page.after),
    }
    if request.htmx:
        return render(request, "accounts/audit/_entries.html", context)
    return render(request, "accounts/audit.html", {**context, **choices(wanted)})


@permission_required("accounts.view_auditentry")
@require_safe
def export(request):
    """Hand out what was found as a table. Taking it is an entry of the trail itself."""
    if not allow(f"audit-export:{request.user.pk}", EXPORTS, PER_SECONDS):
        text = _("Too many exports. Try again in a few minutes.")
        return HttpResponse(text, status=429, headers={"Retry-After": str(PER_SECONDS)})
    wanted = AuditFilter.from_query(request.GET)
    if request.method == "GET":
        exported(_("Audit trail"), request=request, filter=wanted.said())
    pages = csv_pages(wanted)
    name = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        in_threads(pages) if isinstance(request, ASGIRequest) else pages,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def choices(wanted: AuditFilter) -> dict:
    """Return what the filters offer."""
    return {
        "days": retention_days(),
        "people": User.objects.by_name().only("full_name", "username"),
        "sources": AuditSource.choices,
        "groups": [
            {
                "name": name,
                "label": label,
                "query": wanted.query(kind="" if wanted.kind == name else name),
                "kinds": [(kind.value, AuditKind(kind).label) for kind in kinds],
            }
            for name, (label, kinds) in KIND_GROUPS.items()
        ],
    }
