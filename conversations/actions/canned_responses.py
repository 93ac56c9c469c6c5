"""Canned responses: writing them, with the files that go with them. Files are stored outside the
transaction's fate: what is written and not kept is deleted again. No locks but the rows' own."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from conversations import access
from conversations.actions.errors import InvalidMessage, Refused
from conversations.media.errors import Unsendable
from conversations.media.outgoing import prepare
from conversations.models import CannedAttachment, CannedResponse, Queue

MOST_FILES = 10
COPIES_TRIED = 100


def save_canned(
    response: CannedResponse | None,
    *,
    by,
    shortcut: str,
    body: str,
    title: str = "",
    queue: Queue | None = None,
    is_personal: bool = False,
    files: Sequence[UploadedFile] = (),
    removed: Iterable[UUID] = (),
) -> CannedResponse:
    """Write a canned response (None: a new one): personal, of a queue, or of all.

    `removed` are ids of its files that go. Raises Refused: not theirs to write, the shortcut is
    taken there, a file that WhatsApp would not take, too many files.
    """
    row = response or CannedResponse()
    row.shortcut, row.body, row.title = shortcut, body, title
    row.owner = by if is_personal else None
    row.queue = None if is_personal else queue
    _require_writer(row, by)
    new = [_file(file) for file in files]
    try:
        with transaction.atomic():
            row.save()
            _drop(row.files.filter(pk__in=list(removed)))
            _add(row, new)
    except IntegrityError as error:
        raise Refused(_taken(row), "shortcut_taken") from error
    return row


def delete_canned(response: CannedResponse) -> None:
    """Delete a canned response and its files."""
    with transaction.atomic():
        _drop(response.files.all())
        response.delete()


def duplicate_canned(response: CannedResponse, *, by) -> CannedResponse:
    """Copy one with its files under the next free shortcut: beside it, or as one's own where one may
    not write there."""
    stays = access.may_change_canned(by, response)
    copy = CannedResponse(title=response.title, body=response.body)
    copy.owner = response.owner if stays else by
    copy.queue = response.queue if stays else None
    _require_writer(copy, by)
    copy.shortcut = _free_shortcut(response.shortcut, copy)
    with transaction.atomic():
        copy.save()
        for file in response.files.all():
            with file.file.open("rb") as content:
                twin = CannedAttachment(
                    canned_response=copy, filename=file.filename, mime_type=file.mime_type,
                    size=file.size, position=file.position,
                )  # fmt: skip
                twin.file.save(f"{twin.pk}", content)
    return copy


def _require_writer(row: CannedResponse, by) -> None:
    is_foreign = row.queue is not None and not Queue.objects.for_user(by).filter(pk=row.queue_id)
    if not access.may_change(by) or is_foreign or not access.may_change_canned(by, row):
        raise Refused(
            _("Only supervisors write canned responses for a queue or for everybody."), "not_yours"
        )


def _file(file: UploadedFile) -> tuple[UploadedFile, str]:
    """Return a file with what it is; raises InvalidMessage for what WhatsApp would not take."""
    try:
        prepared = prepare(file.file, file.name or "")
    except Unsendable as error:
        raise InvalidMessage(f"{file.name}: {error.problem.in_words(_)}") from error
    prepared.content.close() if prepared.content is not file.file else None
    return file, prepared.facts.mime_type


def _add(row: CannedResponse, new: list[tuple[UploadedFile, str]]) -> None:
    kept = list(row.files.values_list("position", flat=True))
    if len(kept) + len(new) > MOST_FILES:
        raise Refused(_("At most %(limit)d files at once.") % {"limit": MOST_FILES}, "files")
    for position, (file, mime_type) in enumerate(new, start=max(kept, default=-1) + 1):
        file.seek(0)
        attachment = CannedAttachment(
            canned_response=row, filename=(file.name or "")[:200], mime_type=mime_type[:120],
            size=file.size, position=position,
        )  # fmt: skip
        attachment.file.save(f"{attachment.pk}", file)


def _drop(files) -> None:
    """Delete rows now and their files once that is certain."""
    for attachment in files:
        storage, name = attachment.file.storage, attachment.file.name
        attachment.delete()
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name), robust=True)


def _taken(row: CannedResponse) -> str:
    where = _("of yours")
    if row.owner_id is None:
        where = _("of the queue %s") % row.queue if row.queue_id else _("for everybody")
    return _(
        "There is a canned response /%(shortcut)s %(where)s already. Choose another shortcut."
    ) % {
        "shortcut": row.shortcut,
        "where": where,
    }


def _free_shortcut(shortcut: str, row: CannedResponse) -> str:
    beside = CannedResponse.objects.filter(owner=row.owner, queue=row.queue)
    taken = set(beside.values_list("shortcut", flat=True))
    names = [f"{shortcut[:36]}-{number}" for number in range(2, COPIES_TRIED)]
    free = next((name for name in [shortcut, *names] if name not in taken), None)
    if free is None:
        raise Refused(_("There are too many copies of it already."), "copies")
    return free
