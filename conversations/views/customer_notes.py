"""Notes about a customer and their consents: parts of the panel that answer for themselves."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conversations.access import get_customer_note, get_customer_to_change
from conversations.actions import customer_notes as actions
from conversations.actions.errors import Refused
from conversations.customer_forms import ConsentForm, NoteForm
from conversations.customer_panel import consents_of, notes_of
from conversations.forms import valid
from conversations.views.customer_answers import (
    UNPROCESSABLE,
    back,
    customer_action,
    part,
    show_dialog,
)


@login_required
@require_http_methods(["GET", "POST"])
def notes(request, customer_id):
    """Show the notes, with the form for a new one (?new), or add one."""
    if request.method == "POST":
        return _add(request, customer_id)
    customer = get_customer_to_change(request.user, customer_id)
    return _notes(request, customer, is_new="new" in request.GET)


@customer_action
def _add(request, customer):
    body = request.POST.get("body", "")
    try:
        form = valid(NoteForm(request.POST))
        actions.add_note(customer, by=request.user, body=form.cleaned_data["body"])
    except Refused as error:
        if not request.htmx:
            raise
        return _notes(request, customer, is_new=True, body=body, error=str(error))
    return _notes(request, customer) if request.htmx else _("The note is kept.")


@login_required
@require_http_methods(["GET", "POST"])
def note(request, note_id):
    """Show the form for one's own note, or write it anew, or delete it."""
    row = get_customer_note(request.user, note_id)
    if request.method == "GET":
        return _notes(request, row.customer, edited=row, body=row.body)
    try:
        if "delete" in request.POST:
            actions.delete_note(row, by=request.user)
        else:
            form = valid(NoteForm(request.POST))
            actions.edit_note(row, by=request.user, body=form.cleaned_data["body"])
    except Refused as error:
        body = request.POST.get("body", row.body)
        return _notes(request, row.customer, edited=row, body=body, error=str(error))
    return _notes(request, row.customer) if request.htmx else back(request, row.customer)


@login_required
@require_http_methods(["GET", "POST"])
def consents(request, customer_id):
    """Show the ledger's latest state, its form (?purpose=), or add a row."""
    if request.method == "POST":
        return _record(request, customer_id)
    customer = get_customer_to_change(request.user, customer_id)
    return _consents(request, customer, purpose=request.GET.get("purpose", ""))


@customer_action
def _record(request, customer):
    form = ConsentForm(request.POST)
    try:
        actions.record_consent(customer, by=request.user, **valid(form).said())
    except Refused as error:
        if not request.htmx:
            raise
        purpose, text = request.POST.get("purpose", ""), request.POST.get("text", "")
        return _consents(request, customer, purpose=purpose, text=text, error=str(error))
    return _consents(request, customer) if request.htmx else _("The answer is kept.")


def _notes(request, customer, *, error="", **more):
    context = {"customer": customer, "notes": notes_of(customer), "may_change": True}
    context |= {"error": error, "box": _box(request), **more}
    return _shown(request, customer, "notes", context, error)


def _consents(request, customer, *, error="", **more):
    context = {"customer": customer, "consents": consents_of(customer), "may_change": True}
    context |= {"error": error, "box": _box(request), **more}
    return _shown(request, customer, "consents", context, error)


def _shown(request, customer, name, context, error):
    if request.htmx:
        return part(request, name, context, UNPROCESSABLE if error else 200)
    if request.method == "GET" or error:
        return show_dialog(request, f"{name}_page", context)
    return redirect("conversations:customer", customer.pk)


def _box(request) -> str:
    """Whether the part stands in the panel or on the customer's own page."""
    said = request.POST.get("box") or request.GET.get("box")
    return "card" if said == "card" else "panel"
