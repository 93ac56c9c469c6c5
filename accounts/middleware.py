"""What stands before every page: the session's time, the language, and what has to be done first."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from accounts import two_factor
from accounts.actions.sessions import end_session, has_to_be_checked, note_use
from accounts.models import UserSession

# Addresses that stay open while something has to be done first, and where it is done.
ALWAYS_OPEN = ("account_logout", "accounts:activity")
PASSWORD_PAGES = ("account_change_password",)
TWO_FACTOR_PAGES = (
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
)


class SessionTimeMiddleware:
    """End a session that was not used for too long or is too old; note that it is used."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Without a cookie there is nobody, and nothing has to be looked up.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if is_over(request.session.session_key):
                return log_out(request)
            if is_use(request):
                note_use(request.session.session_key)
        return self.get_response(request)


def is_over(session_key: str) -> bool:
    """Whether this session's time is over; asked of the database twice a minute."""
    if not has_to_be_checked(session_key):
        return False
    stale = UserSession.objects.stale().filter(session_key=session_key).first()
    if stale is not None:
        end_session(stale)
    return stale is not None


def is_use(request) -> bool:
    """Whether a person did this. Pages ask for fragments by themselves, so those say nothing;
    somebody who works in an open page is reported by static/js/behaviours/activity.js.
    """
    return "HX-Request" not in request.headers


def log_out(request) -> HttpResponse:
    logout(request)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(settings.LOGIN_URL)})
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


class LanguageMiddleware:
    """Speak the user's language; send people first to what they have to do before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with translation.override(language_of(request.user)):
            request.LANGUAGE_CODE = translation.get_language()
            detour = detour_of(request)
            if detour:
                return to_page(request, detour)
            return self.get_response(request)


def language_of(user) -> str:
    return getattr(user, "language", "") or settings.LANGUAGE_CODE


def detour_of(request) -> str | None:
    """Return the name of the page that has to be done with before the one that was asked for."""
    pages = first_things(request.user)
    if not pages or request.path in [reverse(name) for name in (*pages, *ALWAYS_OPEN)]:
        return None
    return pages[0]


def first_things(user) -> tuple[str, ...]:
    """Return the pages of what somebody has to do first, () when they may go on."""
    if getattr(user, "must_change_password", False):
        return PASSWORD_PAGES
    if user.is_authenticated and two_factor.is_required(user) and not two_factor.is_on(user):
        return TWO_FACTOR_PAGES
    return ()


def to_page(request, name: str) -> HttpResponse:
    address = reverse(name)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
