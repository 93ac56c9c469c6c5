from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import lockout, people, two_factor
from accounts.access import people_for, permission_required
from accounts.actions import sessions, users
from accounts.actions.two_factor import reset_two_factor
from accounts.actions.unlocking import unlock
from accounts.forms import PersonForm
from accounts.workplaces import current as current_workplaces


@permission_required("accounts.view_user")
@require_GET
def user_list(request):
    """Show who works here, and who is invited."""
    return render(request, "accounts/users.html", people.page_for(request))


@permission_required("accounts.change_user")
@require_http_methods(["GET", "POST"])
def person(request, pk):
    """Show and change what an administrator decides about somebody."""
    user = get_object_or_404(people_for(request.user), pk=pk)
    form = PersonForm(request.POST or None, initial=work_of(user))
    if request.method == "POST" and form.is_valid():
        try:
            users.set_work(user, by=request.user, **work_in(form))
            messages.success(request, _("Saved."))
            return redirect("accounts:users")
        except users.LastAdministrator as error:
            form.add_error("role", str(error))
    return dialog(request, "accounts/users/_person.html", user, form=form)


@permission_required("accounts.change_user")
@require_GET
def person_sessions(request, pk):
    """Show somebody's sessions."""
    user = get_object_or_404(people_for(request.user), pk=pk)
    rows = user.sessions.latest_first()
    return dialog(request, "accounts/users/_sessions.html", user, sessions=rows)


@permission_required("accounts.change_user")
@require_POST
def end_session(request, pk, session_pk):
    user = get_object_or_404(people_for(request.user), pk=pk)
    sessions.end_session(get_object_or_404(user.sessions, pk=session_pk))
    messages.success(request, _("The session has ended."))
    return redirect("accounts:users")


@permission_required("accounts.change_user")
@require_POST
def act(request, pk, verb):
    """Do one of the things that need no more than a person: see VERBS."""
    user = get_object_or_404(people_for(request.user), pk=pk)
    if verb not in VERBS:
        raise Http404
    try:
        messages.success(request, VERBS[verb](user, request))
    except users.LastAdministrator as error:
        messages.error(request, str(error))
    return redirect("accounts:users")


def _deactivate(user, request) -> str:
    users.deactivate_user(user)
    return _("%s is deactivated and logged out everywhere.") % user


def _reactivate(user, request) -> str:
    users.reactivate_user(user)
    return _("%s can log in again.") % user


def _log_out(user, request) -> str:
    sessions.end_sessions(user, keep=request.session.session_key)
    return _("%s is logged out everywhere.") % user


def _unlock(user, request) -> str:
    unlock(user, by=request.user)
    return _("%s can try to log in again.") % user


def _reset_two_factor(user, request) -> str:
    reset_two_factor(user, by=request.user)
    return _("%s logs in without a second factor until they set one up again.") % user


def _require_new_password(user, request) -> str:
    users.require_new_password(user)
    return _("%s chooses a new password at once.") % user


VERBS = {
    "deactivate": _deactivate,
    "reactivate": _reactivate,
    "log-out": _log_out,
    "unlock": _unlock,
    "reset-two-factor": _reset_two_factor,
    "new-password": _require_new_password,
}


def work_of(user) -> dict:
    queues = current_workplaces().ids_of(user.pk)
    return {"role": user.role, "capacity": user.capacity, "queues": queues}


def work_in(form) -> dict:
    typed = form.cleaned_data
    return {"role": typed["role"], "capacity": typed["capacity"], "queue_ids": typed["queues"]}


def dialog(request, fragment, user, **context):
    facts = {
        "person": user,
        "dialog": fragment,
        "inline": not request.htmx,
        "section": "users",
        "two_factor_is_on": two_factor.is_on(user),
        "is_locked": lockout.is_locked(user),
    }
    form = context.get("form")
    status = 422 if form is not None and form.is_bound else 200
    template = fragment if request.htmx else "accounts/users/dialog_page.html"
    return render(request, template, facts | context, status=status)
