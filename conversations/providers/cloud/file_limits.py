"""Which files WhatsApp takes, and up to what size (spec/03, 3.2). Pure.

Sizes are bytes. The words are for whoever chose the file.
"""

from collections.abc import Iterator

from conversations.providers.base import OutboundFile, OutboundMessage
from conversations.providers.cloud.problems import Problem
from conversations.providers.cloud.wire import text

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE

INBOUND_LIMIT = 100 * MEGABYTE
VOICE_ICON_LIMIT = 512 * KILOBYTE  # a voice note above it arrives as an ordinary recording
# kind: the types it may have (empty: any), and its limit
TAKEN: dict[str, tuple[frozenset[str], int]] = {
    "image": (frozenset({"image/jpeg", "image/png"}), 5 * MEGABYTE),
    "sticker": (frozenset({"image/webp"}), 500 * KILOBYTE),
    "audio": (
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        16 * MEGABYTE,
    ),
    "video": (frozenset({"video/mp4", "video/3gpp"}), 16 * MEGABYTE),
    "document": (frozenset(), 100 * MEGABYTE),
}
STILL_STICKER_LIMIT = 100 * KILOBYTE


def _(message: str) -> str:
    """Mark a source string for makemessages; whoever shows it asks gettext."""
    return message


_TOO_LARGE = {
    "image": _("“%(name)s” has %(size)s; WhatsApp takes pictures of up to %(limit)s."),
    "sticker": _("“%(name)s” has %(size)s; WhatsApp takes stickers of up to %(limit)s."),
    "audio": _(
        "“%(name)s” has %(size)s; WhatsApp takes recordings of up to %(limit)s. Send it as a document."
    ),
    "video": _(
        "“%(name)s” has %(size)s; WhatsApp takes videos of up to %(limit)s. Send it as a document."
    ),
    "document": _("“%(name)s” has %(size)s; WhatsApp takes files of up to %(limit)s."),
}


def check_source(message: OutboundMessage, *names: str) -> Iterator[Problem]:
    """Yield what is wrong with a message's file; `names`: what of the payload stands for one."""
    if message.file is not None:
        yield from check_file(message.kind, message.file)
    elif not any(text(message.payload.get(name)) for name in names):
        yield Problem(_("There is no file to send."))


def check_no_caption(message: OutboundMessage) -> Iterator[Problem]:
    """Yield that a kind of file goes without words."""
    if message.body:
        yield Problem(_("Audio and stickers cannot have a caption."))


def check_file(kind: str, file: OutboundFile) -> Iterator[Problem]:
    """Yield what WhatsApp would refuse in a file that is sent as a message of this kind."""
    types, limit = TAKEN[kind]
    name = file.filename
    if not file.size:
        yield Problem(_("“%(name)s” is empty."), {"name": name})
    if types and file.mime_type not in types:
        yield Problem(
            _("WhatsApp does not take “%(name)s” (%(type)s) in this form. Send it as a document."),
            {"name": name, "type": file.mime_type},
        )
    elif file.size > limit:
        values = {"name": name, "size": in_words(file.size), "limit": in_words(limit)}
        yield Problem(_TOO_LARGE[kind], values)


def in_words(size: int) -> str:
    """Return a size for people: '23.4 MB', '100 KB'."""
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.1f} MB".replace(".0 ", " ")
    return f"{max(1, round(size / KILOBYTE))} KB"
