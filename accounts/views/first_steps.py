"""The first steps of an administrator."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actions.profile import set_preferences
from accounts.first_steps import HIDDEN, all_steps


def administrators_only(view):
    """Guard a view: anonymous people log in, others than administrators get a 403."""

    @wraps(view)
    @login_required
    def guarded(request):
        if not request.user.is_admin:
            raise PermissionDenied
        return view(request)

    return guarded


@administrators_only
@require_safe
def first_steps(request):
    """Show what is done and what is next."""
    steps = all_steps()
    done = sum(step.is_done for step in steps)
    context = {
        "section": "setup",
        "steps": steps,
        "done": done,
        "percent": round(100 * done / len(steps)),
        "now": next((step for step in steps if not step.is_done), None),
    }
    return render(request, "accounts/first_steps.html", context)


@administrators_only
@require_POST
def hide(request):
    """Take the list out of one's navigation, or put it back."""
    is_hidden = "show" not in request.POST
    set_preferences(request.user, **{HIDDEN: is_hidden})
    if not is_hidden:
        return redirect("accounts:first_steps")
    messages.success(request, _("The list is out of your navigation. It stays at /setup/."))
    return redirect("conversations:inbox")
