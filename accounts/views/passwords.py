from allauth.account.views import INTERNAL_RESET_SESSION_KEY, PasswordResetFromKeyView
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@never_cache
@require_GET
def open_reset(request):
    """Take the key out of the address: it must not stand in logs, history or Referer."""
    person, key = request.GET.get("person", ""), request.GET.get("key", "")
    if not person.isalnum() or not key:
        raise Http404
    request.session[INTERNAL_RESET_SESSION_KEY] = key
    return redirect(
        "account_reset_password_from_key",
        uidb36=person,
        key=PasswordResetFromKeyView.reset_url_key,
    )
