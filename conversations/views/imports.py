"""Customers from a file, step by step: each step is an address."""

import csv

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import permission_required
from conversations import import_pages
from conversations.access import get_import
from conversations.actions import imports as actions
from conversations.actions.errors import Refused
from conversations.import_pages import ColumnsForm, UploadForm
from conversations.models import CustomerImport, ImportState

MAY_IMPORT = "conversations.add_customerimport"
SECTION = {"section": "customers"}


@permission_required(MAY_IMPORT)
@require_http_methods(["GET", "POST"])
def customer_import(request):
    """Take a file; shows the imports of before, too."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            made = actions.upload(form.cleaned_data["file"], by=request.user)
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return redirect("conversations:import_step", made.pk)
    context = SECTION | {
        "form": form,
        "steps": import_pages.steps(0),
        "before": import_pages.before(request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "conversations/import.html", context, status=status)


@permission_required(MAY_IMPORT)
@require_safe
def import_step(request, import_id):
    """Show an import where it stands; with HTMX the figures of one at work alone."""
    row = get_import(request.user, import_id)
    if request.htmx:
        return _progress(request, row)
    return _step_page(request, row)


@permission_required(MAY_IMPORT)
@require_http_methods(["GET", "POST"])
def import_columns(request, import_id):
    """Choose what each column becomes: before the check, or once more after it."""
    row = get_import(request.user, import_id)
    form = ColumnsForm(row, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.choose_columns(row, by=request.user, **form.said())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return redirect("conversations:import_step", row.pk)
    context = SECTION | {"row": row, "form": form, "steps": import_pages.steps(1)}
    return render(
        request, "conversations/import_columns.html", context, status=422 if form.is_bound else 200
    )


@permission_required(MAY_IMPORT)
@require_POST
def import_act(request, import_id, verb):
    """Start or cancel."""
    row = get_import(request.user, import_id)
    try:
        {"start": actions.start, "cancel": actions.cancel}[verb](row, by=request.user)
    except Refused as error:
        row.refresh_from_db()
        return _step_page(request, row, refusal=str(error))
    return redirect("conversations:import_step", row.pk)


@permission_required(MAY_IMPORT)
@require_safe
def import_errors(request, import_id):
    """Download the lines that stay out, as the file had them, with what is wrong."""
    row = get_import(request.user, import_id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_("errors")}-{row.pk}.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";")
    writer.writerows(import_pages.error_lines(row))
    return answer


def _step_page(request, row: CustomerImport, refusal: str = ""):
    if row.state == ImportState.UPLOADED:
        return redirect("conversations:import_columns", row.pk)
    context = SECTION | import_pages.context_of(row, request.GET) | {"refusal": refusal}
    return render(
        request, "conversations/import_step.html", context, status=422 if refusal else 200
    )


def _progress(request, row: CustomerImport):
    """An import that has ended is another page: the browser goes there."""
    context = SECTION | import_pages.context_of(row, request.GET)
    answer = render(request, "conversations/imports/_progress.html", context)
    if not row.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer
