"""One field of a customer at a time: shown, edited in place, saved."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.audit import customer_opened, document_revealed
from conversations.access import get_customer, get_customer_to_change
from conversations.actions import customer_changes as actions
from conversations.actions.errors import Refused
from conversations.customer_fields import FieldForm, field_named
from conversations.customer_panel import shown
from conversations.forms import first_error
from conversations.models import Tag
from conversations.views.customer_answers import UNPROCESSABLE, customer_action, part


@login_required
@require_http_methods(["GET", "POST"])
def field(request, customer_id, name):
    """Show one field, its form (?edit), or save it."""
    chosen = field_named(name)
    if chosen is None:
        raise Http404
    if request.method == "POST":
        return _save(request, customer_id, chosen=chosen)
    if "edit" in request.GET:
        customer = get_customer_to_change(request.user, customer_id)
        return _form(request, customer, chosen)
    customer = get_customer(request.user, customer_id)
    customer_opened(customer, request=request)
    return _row(request, customer, chosen)


@customer_action
def _save(request, customer, chosen):
    form = FieldForm(chosen, request.POST)
    if not form.is_valid():
        return _form(request, customer, chosen, error=first_error(form), form=form)
    said = form.cleaned_data
    if chosen.kind == "document" and not said["value"] and "remove" not in request.POST:
        return _row(
            request, customer, chosen
        )  # an empty field is left as it is: one does not see it
    try:
        actions.set_field(
            customer, by=request.user, field=chosen, value=said["value"], seen=said["seen"]
        )
    except Refused as error:
        customer.refresh_from_db()
        return _form(request, customer, chosen, error=str(error), form=form)
    return _row(request, customer, chosen)


@never_cache
@customer_action
def reveal_document(request, customer):
    """Show the whole CPF or CNPJ, this once; that it was shown is written down."""
    if not customer.document:
        raise Http404
    document_revealed(customer, request=request)
    context = {"one": shown(field_named("document"), customer), "may_change": True}
    context |= {"revealed": True, "customer": customer, "section": "customers"}
    if request.htmx:
        return part(request, "field", context)
    return render(request, "conversations/customers/field.html", context)


def _row(request, customer, chosen):
    if not request.htmx:
        return redirect("conversations:customer", customer.pk)
    may_change = request.user.has_perm("conversations.change_customer")
    context = {"one": shown(chosen, customer), "may_change": may_change, "is_focused": True}
    return part(request, "field", context)


def _form(request, customer, chosen, error="", form=None):
    written = form.data.get("value") if form is not None else None
    value = chosen.value(customer) if written is None else written
    context = {
        "customer": customer,
        "one": shown(chosen, customer),
        # An error keeps what was written; a conflict shows what it would replace.
        "value": "" if chosen.kind == "document" and written is None else value,
        "chosen_tags": form.data.getlist("value") if form is not None else value,
        "tags": Tag.objects.all() if chosen.kind == "tags" else (),
        "seen": chosen.stamp(customer),
        "error": error,
        "section": "customers",
    }
    status = UNPROCESSABLE if error else 200
    if request.htmx:
        return part(request, "field_form", context, status)
    context["editing"] = True
    return render(request, "conversations/customers/field.html", context, status=status)
