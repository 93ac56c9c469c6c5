"""Files of messages: reading them, sending them, asking for them again."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conversations.access import get_attachment
from conversations.actions import attachments as actions
from conversations.forms import AttachmentIdForm, FilesForm, valid
from conversations.media.names import ending
from conversations.serving import ServedFile, file_response
from conversations.views.answers import action, toast
from helpdesk.core.rate_limit import allow

UPLOADS_A_MINUTE, MINUTE_SECONDS = 60, 60


@login_required
@require_safe
def attachment(request, attachment_id):
    """Give the file itself; `?download` saves it whatever it is."""
    row = _stored(get_attachment(request.user, attachment_id))
    file = ServedFile(row.file.name, row.size, row.sha256, row.mime_type, _filename(row))
    return file_response(request, file, download="download" in request.GET)


@login_required
@require_safe
def thumbnail(request, attachment_id):
    """Give a small picture of a picture or film."""
    row = _stored(get_attachment(request.user, attachment_id))
    if not row.thumbnail:
        raise Http404
    etag = f"{row.sha256}-thumbnail"
    file = ServedFile(row.thumbnail.name, row.thumbnail.size, etag, "image/webp", "")
    return file_response(request, file)


def limited(view):
    """Answer 429 to whoever uploads faster than a person could choose files."""

    @wraps(view)
    def door(request, **arguments):
        if allow(f"upload:{request.user.pk}", UPLOADS_A_MINUTE, MINUTE_SECONDS):
            return view(request, **arguments)
        why = _("Too many files at once. Try again in a minute.")
        answer = HttpResponse(toast(why, "error") if request.htmx else why, status=429)
        answer["Retry-After"] = str(MINUTE_SECONDS)
        return answer

    return door


@login_required
@limited
@action
def send_files(request, conversation):
    form = valid(FilesForm(request.POST, request.FILES))
    said = form.cleaned_data
    actions.send_files(
        conversation,
        by=request.user,
        files=said["files"],
        client_token=form.token(),
        caption=said["body"],
        captions=said["captions"],
        composition=form.composition(),
        voice=said["voice"],
        as_document=said["as_document"],
        reply_to=form.quoted(conversation),
    )


@action
def fetch_again(request, conversation):
    form = valid(AttachmentIdForm(request.POST))
    row = get_attachment(request.user, form.cleaned_data["attachment"])
    if row.message.conversation_id != conversation.pk:
        raise Http404
    actions.retry_attachment(row, by=request.user)
    return _("The file is asked for again.")


def _stored(row):
    if not row.is_stored:
        raise Http404
    return row


def _filename(row) -> str:
    """Return the name to save it under: its own, or what it is and when it came."""
    if row.filename:
        return row.filename
    at = timezone.localtime(row.message.sort_at)
    return f"{row.message.kind}-{at:%Y%m%d-%H%M%S}{ending(row.mime_type)}"
