"""Error pages for people: kind, and without anything that could be broken itself.

Django and allauth ask for 400, 403, 404 and 429; 405 and 413 come from views as empty answers and
get their page on the way out. 500 asks neither the session nor the database.
"""

from types import SimpleNamespace

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

log = structlog.get_logger(__name__)
PAGES = (405, 413, 429)
CODE_LENGTH = 8


def bad_request(request, exception):
    """Answer 400; a form that is too large is told so."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return defaults.bad_request(request, exception)


def server_error(request):
    """Answer 500 in the person's theme and language as far as they are known already."""
    known = SimpleNamespace(
        user=getattr(request, "_cached_user", None), COOKIES=getattr(request, "COOKIES", {})
    )
    code = getattr(request, "id", "")[:CODE_LENGTH].upper()
    try:
        page = render_to_string("500.html", {"request": known, "error_code": code})
    except Exception:
        log.exception("error_page.failed")
        return defaults.server_error(request)
    return HttpResponseServerError(page)


def ErrorPageMiddleware(get_response):  # noqa: N802
    """Give refusals without a word their page, where somebody reads them in a browser."""

    def middleware(request):
        response = get_response(request)
        if _needs_page(request, response):
            page = render(request, f"{response.status_code}.html", status=response.status_code)
            for name in ("Allow", "Retry-After"):
                if name in response:
                    page[name] = response[name]
            return page
        return response

    return middleware


def _needs_page(request, response: HttpResponse) -> bool:
    if response.status_code not in PAGES or response.streaming or response.content:
        return False
    is_script = "HX-Request" in request.headers
    return not is_script and "text/html" in request.headers.get("Accept", "")
