from allauth.account.views import LoginView
from django.shortcuts import render

from accounts.adapter import LOCKED

WAIT_SECONDS = 60


class Login(LoginView):
    """The one login; too many wrong passwords are answered with 429 and how long to wait."""

    def form_invalid(self, form):
        response = super().form_invalid(form)
        for error in form.non_field_errors().as_data():
            if error.code == LOCKED:
                response.status_code = 429
                response["Retry-After"] = str(error.params["seconds"])
        return response


login = Login.as_view()


def too_many(request, exception=None):
    """Answer whoever asks too often (handler429 of the addresses; allauth calls it)."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(WAIT_SECONDS)
    return response
