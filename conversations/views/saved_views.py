"""Named filters of the list: keeping one, and looking after those one has."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations.access import get_view_to_change
from conversations.actions import saved_views as actions
from conversations.actions.errors import Refused
from conversations.forms import valid
from conversations.list_filters import ListFilter
from conversations.list_forms import MoveForm, ViewForm
from conversations.models import SavedView
from conversations.views.answers import REFUSED, toast
from conversations.views.inbox import wanted_list


@login_required
@require_safe
def saved_views(request):
    """Show the views of this person, and those that are shared."""
    return _listed(request)


@login_required
@require_http_methods(["GET", "POST"])
def new_view(request):
    """Keep the list's filters under a name."""
    if request.method != "POST":
        return _form(request, {"query": wanted_list(request).query()})
    query = ListFilter.from_query(QueryDict(request.POST.get("query", ""))).query()
    try:
        said = valid(ViewForm(request.POST)).cleaned_data
        view = actions.save_view(by=request.user, query=query, **said)
    except Refused as error:
        return _refused(request, error)
    return _done(request, _("View kept: %s.") % view, f"?{view.query}")


@login_required
@require_http_methods(["GET", "POST"])
def saved_view(request, view_id):
    """Show and take another name for a view, and whether it is shared."""
    view = get_view_to_change(request.user, view_id)
    if request.method != "POST":
        return _form(request, {"view": view, "query": view.query})
    try:
        actions.change_view(view, by=request.user, **valid(ViewForm(request.POST)).cleaned_data)
    except Refused as error:
        return _refused(request, error)
    return _done(request, _("View changed: %s.") % view)


@login_required
@require_POST
def delete_view(request, view_id):
    """Forget a view."""
    actions.delete_view(get_view_to_change(request.user, view_id))
    return _listed(request) if request.htmx else redirect("conversations:saved_views")


@login_required
@require_POST
def move_view(request, view_id):
    """Put a view one place up or down among one's own."""
    view = get_view_to_change(request.user, view_id)
    form = MoveForm(request.POST)
    if form.is_valid():
        actions.move_view(view, up=form.cleaned_data["to"] == "up")
    return _listed(request) if request.htmx else redirect("conversations:saved_views")


def _listed(request):
    views = SavedView.objects.for_user(request.user).select_related("owner")
    return _dialog(request, "views", {"views": views.in_order_of(request.user)})


def _form(request, context: dict):
    return _dialog(request, "view", {**context, "may_share": actions.may_share(request.user)})


def _dialog(request, name: str, context: dict):
    template = f"conversations/list/_{name}.html"
    whole = "conversations/list/dialog.html"
    return render(request, template if request.htmx else whole, {**context, "dialog": template})


def _done(request, said: str, query: str = ""):
    if request.htmx:
        return HttpResponse(toast(said))
    messages.success(request, said)
    return redirect(f"{redirect('conversations:inbox').url}{query}")


def _refused(request, error: Refused):
    if request.htmx:
        return HttpResponse(toast(str(error), "error"), status=REFUSED)
    messages.error(request, str(error))
    return redirect("conversations:saved_views")
