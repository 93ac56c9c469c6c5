"""Files that people send: made fit, stored, and queued as one message each.

Preparing and storing happen before the transaction; what is refused afterwards is deleted again.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.actions.attachments.storing import StorageFailed, discard, store
from conversations.actions.changes import ConversationChange, changing, new_outgoing
from conversations.actions.compositions import NOTHING, Composition
from conversations.actions.errors import InvalidMessage, Refused
from conversations.actions.messages import quotable, record_reply, require_answerable
from conversations.actions.outbox.files import outbound_file
from conversations.media.errors import Unsendable
from conversations.media.outgoing import Prepared, prepare
from conversations.models import (
    Attachment,
    AttachmentState,
    Conversation,
    Message,
    MessageKind,
    Origin,
    SenderKind,
    SendPriority,
)
from conversations.providers import registry
from conversations.providers.base import OutboundMessage

MOST_FILES = 10


def send_files(
    conversation: Conversation,
    *,
    by,
    files: Sequence[UploadedFile],
    client_token: UUID,
    caption: str = "",
    captions: Sequence[str] = (),
    voice: bool = False,
    as_document: bool = False,
    reply_to: Message | None = None,
    composition: Composition = NOTHING,
) -> list[Message]:
    """Queue files from `by` to the customer, one message each, in the order given.

    `captions` are the files' own, in their order. `caption` goes with the first file that can carry
    one and has none, else as a text after them; so does what a file cannot carry. The same
    client_token returns the messages it has already made. `voice`: the one file is a recording from
    the browser. Raises Refused (not the holder), WindowClosed, InvalidMessage (nothing chosen, over
    a limit of WhatsApp's, the storage failed); then nothing is sent.
    """
    made = _made_before(conversation, client_token)
    if made:
        return made
    require_answerable(conversation, by)
    _require_files(files)
    with ExitStack() as stack:
        prepared = [_prepared(stack, file, voice, as_document) for file in files]
        rows = _Rows(conversation, prepared, caption.strip(), captions)
        rows.store()
        try:
            return _queue(conversation, rows, by, client_token, reply_to, composition)
        except BaseException:
            discard(rows.attachments)
            raise


class _Rows:
    """The files as rows that do not exist yet, beside what each message says."""

    def __init__(self, conversation: Conversation, prepared, caption: str, captions):
        self.prepared: list[Prepared] = prepared
        self.provider = registry.get(conversation.channel.provider)
        self.captions, self.text = _shared_out(prepared, caption, captions)
        self.attachments = [_row(one) for one in prepared]
        for one, attachment, body in zip(prepared, self.attachments, self.captions, strict=True):
            self._check(conversation, one, attachment, body)

    def store(self) -> None:
        """Write the files. Raises InvalidMessage when the storage fails."""
        now = timezone.now()
        try:
            for one, attachment in zip(self.prepared, self.attachments, strict=True):
                store(attachment, one.content, one.facts, now)
        except StorageFailed as error:
            discard(self.attachments)
            raise InvalidMessage(
                _("The file could not be stored. Tell an administrator: %(detail)s")
                % {"detail": error}
            ) from error

    def _check(self, conversation, one: Prepared, attachment: Attachment, body: str) -> None:
        outbound = OutboundMessage(
            to=conversation.contact.send_to or "unknown",
            kind=one.kind,
            body=body,
            payload=_payload(one),
            file=outbound_file(attachment),
        )
        problems = self.provider.check(outbound)
        if problems:
            raise InvalidMessage(" ".join(problem.in_words(_) for problem in problems))


def _shared_out(prepared: list[Prepared], caption: str, captions) -> tuple[list[str], str]:
    """Return each file's words, and what goes as a text after them."""
    own = [text.strip() for text in captions[: len(prepared)]]
    own += [""] * (len(prepared) - len(own))
    said = [text if one.takes_caption else "" for one, text in zip(prepared, own, strict=True)]
    left = [text for text, is_said in zip(own, said, strict=True) if text and not is_said]
    free = (index for index, one in enumerate(prepared) if one.takes_caption and not said[index])
    first = next(free, None)
    if first is None:
        left.insert(0, caption)
    else:
        said[first] = caption
    return said, "\n".join(filter(None, left))


def _queue(
    conversation, rows: _Rows, by, client_token: UUID, reply_to, composition: Composition
) -> list[Message]:
    with changing(conversation) as change:
        made = _made_before(change.conversation, client_token)
        if made:
            discard(rows.attachments)
            return made
        require_answerable(change.conversation, by)
        quoted = quotable(change.conversation, reply_to)
        messages = []
        for index, one in enumerate(rows.prepared):
            message = _message(
                change, by, kind=one.kind, body=rows.captions[index], payload=_payload(one),
                client_token=token_of(client_token, index), reply_to=None if index else quoted,
            )  # fmt: skip
            _attach(change, message, rows.attachments[index], rows.provider.uploads_files)
            messages.append(message)
        if rows.text:
            token = token_of(client_token, len(messages))
            messages.append(_message(change, by, body=rows.text, client_token=token))
        record_reply(change, by)
        composition.end(change.conversation, by)
    return messages


def token_of(client_token: UUID, index: int) -> UUID:
    """Return the token of the message at this place among those of one form."""
    return uuid5(client_token, str(index))


def _made_before(conversation: Conversation, client_token: UUID) -> list[Message]:
    tokens = [token_of(client_token, index) for index in range(MOST_FILES + 1)]
    messages = list(Message.objects.filter(client_token__in=tokens).in_order())
    if any(message.conversation_id != conversation.pk for message in messages):
        raise Refused(_("This form belongs to another conversation. Reload the page."), "token")
    return messages


def _require_files(files: Sequence[UploadedFile]) -> None:
    if not files:
        raise InvalidMessage(_("Choose a file first."))
    if len(files) > MOST_FILES:
        raise InvalidMessage(_("At most %(limit)d files at once.") % {"limit": MOST_FILES})


def _prepared(stack: ExitStack, file: UploadedFile, voice: bool, as_document: bool) -> Prepared:
    try:
        prepared = prepare(file.file, file.name or "", voice=voice, as_document=as_document)
    except Unsendable as error:
        raise InvalidMessage(error.problem.in_words(_)) from error
    stack.callback(prepared.content.close)
    return prepared


def _row(one: Prepared) -> Attachment:
    data = {"voice": True} if one.is_voice else {}
    return Attachment(
        state=AttachmentState.STORED, filename=one.filename, mime_type=one.facts.mime_type,
        size=one.facts.size, data=data,
    )  # fmt: skip


def _payload(one: Prepared) -> dict:
    if one.is_voice:
        return {"voice": True}
    return {"filename": one.filename} if one.kind == MessageKind.DOCUMENT else {}


def _message(change: ConversationChange, by, **fields) -> Message:
    return change.add(
        new_outgoing(
            change, sender=SenderKind.AGENT, author=by, origin=Origin.PAGE,
            priority=SendPriority.AGENT, **fields,
        )
    )  # fmt: skip


def _attach(change, message: Message, attachment: Attachment, is_uploaded: bool) -> None:
    """Put the file to its message, which is due once the provider has the file."""
    attachment.message = message
    if is_uploaded:
        message.next_attempt_at = None
        attachment.next_attempt_at = timezone.now()
    change.changes.attachments.append(attachment)
