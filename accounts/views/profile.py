from allauth.account.forms import ChangePasswordForm
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import two_factor
from accounts.actions import profile as actions
from accounts.actions.sessions import end_session, end_sessions
from accounts.forms import AppearanceForm, NameForm, PreferencesForm
from accounts.hearing import hearing_of
from accounts.hearing_form import HearingForm
from accounts.models import User
from accounts.pictures import UnusablePicture
from helpdesk.core.rate_limit import allow

UPLOADS_AN_HOUR = 20
HOUR_SECONDS = 3600
YEAR_SECONDS = 365 * 24 * 3600


@login_required
@require_GET
def profile(request):
    """Show what one can change about oneself."""
    return show(request)


@login_required
@require_POST
def name(request):
    form = NameForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return show(request, name_form=form)
    actions.rename(request.user, form.cleaned_data["full_name"])
    return saved(request)


@login_required
@require_POST
def picture(request):
    """Take a new picture, or take it away."""
    upload = request.FILES.get("picture")
    if "remove" in request.POST:
        actions.remove_avatar(request.user)
        return saved(request)
    if upload is None:
        return show(request, picture_error=_("Choose a file first."))
    if not allow(f"avatar:{request.user.pk}", UPLOADS_AN_HOUR, HOUR_SECONDS):
        answer = show(
            request, status=429, picture_error=_("Too many pictures. Try again in an hour.")
        )
        answer["Retry-After"] = str(HOUR_SECONDS)
        return answer
    try:
        actions.set_avatar(request.user, upload)
    except UnusablePicture as error:
        return show(request, picture_error=str(error))
    return saved(request)


@login_required
@require_POST
def appearance(request):
    form = AppearanceForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if not form.is_valid():
        return show(request, appearance_form=form)
    actions.set_appearance(request.user, **form.cleaned_data)
    response = saved(request)
    keep_theme(response, form.cleaned_data["theme"])
    return response


@login_required
@require_POST
def theme(request):
    """Remember the theme chosen in the menu."""
    if request.POST.get("theme") not in ("light", "dark"):
        return HttpResponse(status=422)
    actions.set_theme(request.user, request.POST["theme"])
    return HttpResponse(status=204)


@login_required
@require_POST
def preferences(request):
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.set_preferences(request.user, **form.cleaned_data["chosen"])
    return saved(request)


@login_required
@require_POST
def hearing(request):
    form = HearingForm(request.POST, chosen=hearing_of(request.user.preferences))
    if not form.is_valid():
        return show(request, hearing_form=form)
    actions.set_hearing(request.user, **form.chosen_now(timezone.localtime()))
    return saved(request)


@login_required
@require_POST
def end_own_session(request, pk):
    """End one of one's own sessions; the one that asks ends by logging out."""
    end_session(get_object_or_404(request.user.sessions, pk=pk))
    messages.success(request, _("The session has ended."))
    return redirect("accounts:profile")


@login_required
@require_POST
def end_own_sessions(request):
    """Log out everywhere but here."""
    end_sessions(request.user, keep=request.session.session_key)
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("accounts:profile")


def show(request, *, status=None, **context):
    user = request.user
    fresh = User.objects.get(pk=user.pk)
    forms = {
        "name_form": NameForm(instance=fresh),
        "appearance_form": AppearanceForm(instance=fresh),
        "password_form": ChangePasswordForm(user=user),
        "hearing_form": HearingForm(chosen=hearing_of(fresh.preferences)),
    }
    facts = {
        "section": "profile",
        "sessions": user.sessions.latest_first(),
        "here": request.session.session_key,
        "two_factor_is_on": two_factor.is_on(user),
        "two_factor_is_required": two_factor.is_required(user),
        "recovery_codes": two_factor.recovery_codes_left(user),
    }
    status = status or (422 if context else 200)
    return render(request, "accounts/profile.html", forms | facts | context, status=status)


def saved(request):
    messages.success(request, _("Saved."))
    return redirect("accounts:profile")


def keep_theme(response, chosen: str) -> None:
    """Let this browser's login page have the same colours."""
    if chosen == "auto":
        response.delete_cookie("theme")
    else:
        response.set_cookie(
            "theme", chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS
        )
