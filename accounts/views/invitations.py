from django.contrib import messages
from django.contrib.auth import login
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import permission_required
from accounts.actions import invitations
from accounts.forms import AcceptanceForm, InvitationForm
from accounts.models import Invitation
from helpdesk.core.rate_limit import allow

SESSION_KEY = "invitation_token"
BACKEND = "accounts.backends.EmailOrUsernameBackend"
INVITATIONS_AN_HOUR = 60


@permission_required("accounts.add_invitation")
@require_http_methods(["GET", "POST"])
def invite(request):
    """Invite somebody: the form, then the link to hand over."""
    form = InvitationForm(request.POST or None, initial={"role": "agent"})
    if request.method == "POST" and form.is_valid():
        if not allow(f"invite:{request.user.pk}", INVITATIONS_AN_HOUR, 3600):
            return too_many_page(request)
        try:
            return show_link(request, invitations.invite(by=request.user, **facts_of(form)))
        except invitations.InvitationRefused as error:
            form.add_error("email", str(error))
    context = {"form": form, "inline": not request.htmx}
    status = 422 if form.is_bound else 200
    return render(request, page_or(request, "accounts/users/_invite.html"), context, status=status)


@permission_required("accounts.change_invitation")
@require_POST
def send_again(request, pk):
    """Make a new link for an open invitation."""
    invitation = get_object_or_404(Invitation.objects.unanswered(), pk=pk)
    try:
        return show_link(request, invitations.send_again(invitation, by=request.user))
    except invitations.InvitationRefused as error:
        messages.error(request, str(error))
        return redirect("accounts:users")


@permission_required("accounts.change_invitation")
@require_POST
def revoke(request, pk):
    """End an invitation."""
    invitation = get_object_or_404(Invitation.objects.unanswered(), pk=pk)
    invitations.revoke_invitation(invitation, by=request.user)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("accounts:users")


@never_cache
@require_GET
def open_invitation(request):
    """Take the token out of the address: it must not stand in logs, history or Referer."""
    request.session[SESSION_KEY] = request.GET.get("token", "")
    return redirect("accounts:accept_invitation")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def accept(request):
    """Choose name and password, and come in."""
    token = request.session.get(SESSION_KEY, "")
    invitation = Invitation.objects.open().with_token(token).first() if token else None
    if invitation is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    initial = {"full_name": invitation.full_name, "username": invitation.email.split("@")[0]}
    form = AcceptanceForm(request.POST or None, initial=initial, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            return come_in(request, token, form.cleaned_data)
        except invitations.InvitationRefused as error:
            form.add_error(None, str(error))
    context = {"form": form, "invitation": invitation}
    return render(
        request, "accounts/invitation.html", context, status=422 if form.is_bound else 200
    )


def come_in(request, token, typed):
    user = invitations.accept_invitation(
        token,
        username=typed["username"],
        full_name=typed["full_name"],
        password=typed["password1"],
    )
    request.session.pop(SESSION_KEY, None)
    # Gives the session a new key: one that was planted before is worth nothing.
    login(request, user, backend=BACKEND)
    return redirect("home")


def facts_of(form) -> dict:
    typed = form.cleaned_data
    return {
        "email": typed["email"], "full_name": typed["full_name"], "role": typed["role"],
        "queue_ids": typed["queues"],
    }  # fmt: skip


def show_link(request, sent):
    return render(request, "accounts/users/invited.html", {"sent": sent, "section": "users"})


def page_or(request, fragment: str) -> str:
    return fragment if request.htmx else "accounts/users/dialog_page.html"


def too_many_page(request):
    from accounts.views.login import too_many

    return too_many(request)
