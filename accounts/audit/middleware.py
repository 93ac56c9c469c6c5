"""Every request is on somebody's behalf; what it reads of customers is written down."""

from http import HTTPStatus

from django.db.models import Model

from accounts.actions import audit
from accounts.audit.context import acting
from accounts.audit.kinds import ADMIN_ACTIONS
from accounts.models.audit import AuditKind

# Rows of the administration that show a customer, and the way from each to the customer.
SHOWS_CUSTOMER = {
    "conversations.customer": (),
    "conversations.conversation": ("customer",),
    "conversations.message": ("conversation", "customer"),
}
ROWS_NAMED = 100
MADE_UP_BY_DJANGO = {"delete_selected"}  # its rows are recorded one by one


class AuditMiddleware:
    """Let whatever happens during a request know who asked, and watch the administration."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with acting(request=request):
            response = self.get_response(request)
            if response.status_code < HTTPStatus.BAD_REQUEST:
                record_action(getattr(request, "audit_action", None), request)
        return response

    def process_view(self, request, view, arguments, options):
        """Note an action on the rows of a list: it may use bulk statements, which nobody notices."""
        if request.method == "POST" and is_admin_list(request):
            request.audit_action = permitted_action(request, getattr(view, "model_admin", None))

    def process_template_response(self, request, response):
        """Write down that a page of the administration shows a customer."""
        row = (response.context_data or {}).get("original")
        if isinstance(row, Model) and request.user.is_authenticated:
            customer = customer_of(row)
            if customer is not None:
                audit.customer_opened(customer, request=request)
        return response


def is_admin_list(request) -> bool:
    match = request.resolver_match
    return match.app_name == "admin" and (match.url_name or "").endswith("_changelist")


def permitted_action(request, model_admin):
    """Return (model, action, ids of rows) of what is asked for, None when it may not be."""
    action, rows = request.POST.get("action", ""), request.POST.getlist("_selected_action")
    if not action or not rows or action in MADE_UP_BY_DJANGO or not request.user.is_authenticated:
        return None
    may_look = model_admin is not None and model_admin.has_view_or_change_permission(request)
    if not may_look or action not in model_admin.get_actions(request):
        return None
    return model_admin.model, action, rows


def record_action(asked, request) -> None:
    """Write down an action that was done, in the administration's own words."""
    if asked is None:
        return
    model, action, rows = asked
    kind = ADMIN_ACTIONS.get(action, AuditKind.ADMIN_ACTION)
    facts = {"action": action, "rows": len(rows), "ids": rows[:ROWS_NAMED]}
    audit.record(kind, target=model, request=request, **facts)


def customer_of(row: Model) -> Model | None:
    way = SHOWS_CUSTOMER.get(row._meta.label_lower)
    if way is None:
        return None
    for name in way:
        row = getattr(row, name, None)
    return row
