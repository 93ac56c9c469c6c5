"""What somebody is writing, kept while they write."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.http import require_http_methods

from conversations.access import get_conversation_to_change
from conversations.actions.drafts import save_draft
from conversations.drafts import as_data, draft_of
from conversations.forms import DraftForm, first_error

OUTDATED, NOT_COMPLETE = 409, 422


@login_required
@require_http_methods(["GET", "POST"])
def draft(request, conversation_id):
    """Tell what is kept, or keep what is sent; 409 tells what is newer than what was sent."""
    conversation = get_conversation_to_change(request.user, conversation_id)
    if request.method != "POST":
        return JsonResponse(as_data(draft_of(conversation, request.user)))
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": first_error(form)}, status=NOT_COMPLETE)
    said = form.cleaned_data
    kept = save_draft(
        conversation, by=request.user, body=said["body"], is_note=said["is_note"],
        revision=said["revision"], reply_to=form.quoted(conversation),
    )  # fmt: skip
    is_newer = kept.revision > said["revision"]
    return JsonResponse(as_data(kept), status=OUTDATED if is_newer else 200)
