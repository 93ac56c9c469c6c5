"""Canned responses: those the composer offers, and the page on which they are written."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import permission_required
from conversations import canned
from conversations.access import (
    get_canned_file,
    get_canned_response,
    get_canned_response_to_change,
    get_conversation,
    may_change,
)
from conversations.actions import canned_responses as actions
from conversations.actions.errors import Refused
from conversations.canned_forms import CannedForm
from conversations.canned_values import VARIABLES
from conversations.serving import ServedFile, file_response

INCOMPLETE = 422
LONGEST_TEXT = 4096


@login_required
@require_safe
def canned_responses(request, conversation_id):
    """List those this person may use, as they would be inserted here."""
    conversation = get_conversation(request.user, conversation_id)
    context = {"responses": canned.in_composer(request.user, conversation)}
    return render(request, "conversations/canned_responses/_list.html", context)


@login_required
@require_safe
def page(request):
    """Show everybody's, the queues' and one's own."""
    context = {**canned.page_for(request), "may_write": may_change(request.user)}
    return render(request, "conversations/canned.html", context)


@permission_required("conversations.add_cannedresponse")
@require_http_methods(["GET", "POST"])
def new(request):
    """Write a new one."""
    return _written(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request, response_id):
    """Change one."""
    return _written(request, get_canned_response_to_change(request.user, response_id))


@login_required
@require_POST
def delete(request, response_id):
    response = get_canned_response_to_change(request.user, response_id)
    shortcut = response.shortcut
    actions.delete_canned(response)
    messages.success(request, _("/%s is deleted.") % shortcut)
    return redirect("conversations:canned")


@login_required
@require_POST
def duplicate(request, response_id):
    response = get_canned_response(request.user, response_id)
    if not may_change(request.user):
        raise PermissionDenied
    try:
        copy = actions.duplicate_canned(response, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("conversations:canned")
    messages.success(request, _("Copied as /%s.") % copy.shortcut)
    return redirect("conversations:edit_canned", copy.pk)


@permission_required("conversations.add_cannedresponse")
@require_POST
def preview(request):
    """Show a text as a customer of the house would read it."""
    text, name = canned.as_read(request.POST.get("body", "")[:LONGEST_TEXT], request.user)
    context = {"text": text, "name": name}
    return render(request, "conversations/canned_responses/_preview.html", context)


@login_required
@require_safe
def file(request, file_id):
    """Give a file of a canned response."""
    row = get_canned_file(request.user, file_id)
    served = ServedFile(row.file.name, row.size, str(row.pk), row.mime_type, row.filename)
    return file_response(request, served)


def _written(request, response):
    said = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CannedForm(*said, instance=response, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_canned(response, by=request.user, **form.written())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("/%s is saved.") % saved.shortcut)
            return redirect("conversations:canned")
    context = {"form": form, "response": response, "variables": VARIABLES, "section": "canned"}
    context["dialog"] = "conversations/canned_responses/_write.html"
    template = context["dialog"] if request.htmx else "conversations/canned_responses/write.html"
    return render(request, template, context, status=INCOMPLETE if form.errors else 200)
