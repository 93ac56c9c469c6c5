"""Customers from a file, step by step: each step is an address."""

from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import permission_required
from accounts.actions import audit
from accounts.models.audit import AuditKind
from conversations import customer_list, exports, import_pages
from conversations.access import get_import
from conversations.actions import imports as actions
from conversations.actions.errors import Refused
from conversations.customer_list import CustomerFilter
from conversations.import_pages import ColumnsForm, UploadForm
from conversations.models import Customer, CustomerImport, ImportState

MAY_IMPORT = "conversations.add_customerimport"
CSV = "text/csv; charset=utf-8"
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
    return _csv(import_pages.error_lines(row), _("errors"))


@permission_required(MAY_IMPORT)
@require_safe
def customer_export(request):
    """Download the customers of a list, as the address filters them; that it was done is kept."""
    wanted = CustomerFilter.from_query(request.GET)
    customers = customer_list.matching(request.user, wanted)
    table = exports.table_of(customers)
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    audit.record(
        AuditKind.EXPORT, actor=request.user, target=Customer, format=kind, filter=wanted.query()
    )
    if kind == "csv":
        return _csv(table, _("customers"))
    name = f"{_('customers')}.xlsx"
    return FileResponse(exports.as_xlsx(table), as_attachment=True, filename=name)


def _csv(table, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.csv")}
    return StreamingHttpResponse(exports.as_csv(table), content_type=CSV, headers=headers)


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
