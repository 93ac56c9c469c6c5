"""How pages of customers are answered: one way for all their actions.

A form of a part of the page gets that part anew (with HTMX), its words beside an error; a dialog
and everything without HTMX goes back to where it came from, with a message.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from conversations.access import get_customer_to_change
from conversations.actions.errors import Refused

UNPROCESSABLE = 422


def customer_action(view: Callable) -> Callable:
    """Guard a view that changes a customer: view(request, customer, ...) -> an answer, or words.

    A Refused error that the view lets through becomes a message on the page one came from.
    """

    @wraps(view)
    @login_required
    @require_http_methods(["POST"])
    def door(request, customer_id, **more):
        customer = get_customer_to_change(request.user, customer_id)
        try:
            answer = view(request, customer, **more)
        except Refused as error:
            messages.error(request, str(error))
            return back(request, customer)
        if isinstance(answer, HttpResponse):
            return answer
        if answer:
            messages.success(request, answer)
        return back(request, customer)

    return door


def customer_dialog(template: str, context_for: Callable) -> Callable:
    """Put a form and its action at one address: GET shows it, POST does it."""

    def decorate(view: Callable) -> Callable:
        do = customer_action(view)

        @wraps(view)
        @login_required
        @require_http_methods(["GET", "POST"])
        def door(request, customer_id):
            if request.method == "POST":
                return do(request, customer_id)
            customer = get_customer_to_change(request.user, customer_id)
            return show_dialog(request, template, context_for(request, customer))

        return door

    return decorate


def show_dialog(request, name: str, context: dict) -> HttpResponse:
    """Show a form: over the page with HTMX, else as a page of its own."""
    template = f"conversations/customers/_{name}.html"
    context |= {"dialog": template, "section": "customers", "next": next_address(request)}
    whole = "conversations/customers/dialog.html"
    return render(request, template if request.htmx else whole, context)


def back(request, customer) -> HttpResponse:
    """Return to the page a form was on; else to the customer's own, or to the list for None."""
    own = reverse("conversations:customers")
    if customer is not None:
        own = reverse("conversations:customer", args=[customer.pk])
    return redirect(next_address(request) or own)


def next_address(request) -> str:
    """Return the page to go back to: one of ours, or ''."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith("/") else ""


def part(request, name: str, context: dict, status: int = 200) -> HttpResponse:
    """Answer with one part of the customer's page."""
    return render(request, f"conversations/customers/_{name}.html", context, status=status)
