"""What a provider is: the interface, and the typed events and messages that cross it.

Pure data, no Django. A provider turns what its wire says into these words and back. Nothing that
arrives is thrown away: what has no field of its own stays in `payload` or `raw`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever wrote: at least one of the ids is there. Values as received, not canonical."""

    phone: str = ""  # digits as in `from`, e.g. "551187654321"
    wa_id: str = ""  # contacts[].wa_id
    bsuid: str = ""  # business-scoped user id
    lid: str = ""  # gateway privacy id
    name: str = ""  # profile name
    answer_to: str = ""  # where to answer, when that is not the first of the ids above

    @property
    def key(self) -> str:
        """The id that stands for this person in partitions and logs (phone before BSUID)."""
        return self.phone or self.wa_id or self.bsuid or self.lid


@dataclass(frozen=True, slots=True)
class Media:
    """A file the provider holds for us, not downloaded yet."""

    media_id: str
    mime_type: str = ""
    sha256: str = ""
    filename: str = ""
    url: str = ""
    voice: bool = False
    animated: bool = False


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """What all events have: which number it is about, who, when by the provider's clock (UTC)."""

    phone_number_id: str
    sender: Sender
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class MessageReceived(InboundEvent):
    """A customer's message, an entry (missed call, number change), or an echo from the phone.

    kind is a Message.kind; body what a person reads in a list (text, caption, title, address);
    payload everything else of the wire message, so that no message is ever ingested again.
    """

    provider_id: str = ""
    kind: str = "text"
    body: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    media: Media | None = None
    reply_to_provider_id: str = ""
    echo: bool = False  # typed by us on the phone (smb_message_echoes)
    has_content: bool = True  # False for entries that open no service window (system, missed call)
    recipient: Sender | None = None  # of an echo: the customer


@dataclass(frozen=True, slots=True)
class ReactionReceived(InboundEvent):
    """A reaction on one message; an empty emoji takes it away."""

    target_provider_id: str = ""
    emoji: str = ""
    provider_id: str = ""
    echo: bool = False  # made by us on the phone


@dataclass(frozen=True, slots=True)
class EditReceived(InboundEvent):
    """The customer changed a message."""

    target_provider_id: str = ""
    body: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    provider_id: str = ""
    echo: bool = False


@dataclass(frozen=True, slots=True)
class RevokeReceived(InboundEvent):
    """The customer deleted a message for everybody."""

    target_provider_id: str = ""
    provider_id: str = ""
    echo: bool = False


@dataclass(frozen=True, slots=True)
class StatusReceived(InboundEvent):
    """What became of a message of ours. sender is the recipient."""

    provider_id: str = ""
    status: str = ""  # sent, delivered, read, played, failed; others are kept as they are
    attempt_id: str = ""  # biz_opaque_callback_data
    error_code: int | None = None
    error_title: str = ""
    error_details: str = ""
    pricing: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """Something about a number, an account or a template; kept, and read by later work."""

    waba_id: str
    field_name: str  # '' when not even that could be read
    occurred_at: datetime | None
    payload: dict[str, Any]
    phone_number_id: str = ""
    sender: Sender | None = None  # the customer, where the notice is about one (user_preferences)
    notice_id: str = ""  # hash of what was said: equal for the same notice delivered twice


Event = (
    MessageReceived
    | ReactionReceived
    | EditReceived
    | RevokeReceived
    | StatusReceived
    | AccountNotice
)


@dataclass(frozen=True, slots=True)
class WorkPart:
    """The part of a body that belongs to one (number, sender): the unit of ordered work.

    Two parts are equal when number and sender are; waba_id only tells where to look for the rest.
    """

    phone_number_id: str  # '' for account-level fields
    sender: str  # canonical number or id; the WABA id for account-level fields; '' when unknown
    waba_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OutboundFile:
    """A file of ours that goes with a message.

    open() gives it from its beginning, on any thread and without the database; who opens it closes it.
    """

    mime_type: str
    size: int  # bytes
    filename: str
    open: Callable[[], BinaryIO] = field(compare=False)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to send, in our words; `payload` holds buttons, list rows, template parts.

    What `payload` is for each kind stands in cloud/send.py.
    """

    to: str  # the id last received from this customer, or E.164
    kind: str  # text, interactive, reaction, ...
    body: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    reply_to_provider_id: str = ""
    attempt_id: str = ""
    to_is_bsuid: bool = False
    attempt_number: int = 1  # counts from 1; the delays of a refusal grow with it
    file: OutboundFile | None = (
        None  # a provider that `uploads_files` finds payload["media_id"] as well
    )


@dataclass(frozen=True, slots=True)
class SendResult:
    """What came of one request. Exactly one of accepted, error, ambiguous is true.

    ambiguous: the request may or may not have arrived (time-out or cut after sending).
    """

    accepted: bool = False
    provider_id: str = ""
    wa_id: str = ""  # the number as the provider writes it: not always what we sent
    ambiguous: bool = False
    error: "ProviderError | None" = None
    bsuid: str = ""  # of the recipient, when we sent to one
    detail: str = ""  # for people: why the outcome is not known


@dataclass(frozen=True, slots=True)
class ProviderError:
    """A provider's refusal.

    decision: retry (backoff) | wait (long, then retry) | never | channel (stop the channel's
    queue, alert) | template. retry_after in seconds, for the attempt it was computed for; None
    where the message is not to be tried again by itself.
    """

    code: int | None
    decision: str
    details: str = ""
    title: str = ""
    trace_id: str = ""
    http_status: int | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class UploadResult:
    """What came of handing a file to the provider: its id there, or why there is none."""

    media_id: str = ""
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class FetchedMedia:
    """A file that has come whole."""

    size: int  # bytes
    sha256: str  # hexadecimal
    mime_type: str = ""  # as the provider says


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """A template as the provider has it; components as on its wire, status in capitals."""

    provider_id: str
    name: str
    language: str
    category: str = ""
    status: str = ""
    parameter_format: str = "positional"
    components: list[dict[str, Any]] = field(default_factory=list)
    quality: str = ""
    rejected_reason: str = ""


@dataclass(frozen=True, slots=True)
class TemplateList:
    """All templates of an account, or the error because of which they are not known."""

    templates: list[TemplateRecord] = field(default_factory=list)
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class TemplateResult:
    """What came of creating, editing or deleting a template.

    Exactly one of accepted, error, ambiguous is true; status and category are as the provider has
    decided, '' where it does not say.
    """

    accepted: bool = False
    ambiguous: bool = False
    error: ProviderError | None = None
    provider_id: str = ""
    status: str = ""
    category: str = ""


class MediaError(Exception):
    """A file that did not come; nothing of it is to be used.

    reason: gone (not there any more), damaged (not what was announced), too_large, forbidden (an
    address we do not go to), access (token or permission), unreachable (or busy), storage (ours).
    retry_after in seconds, where the provider said when.
    """

    def __init__(self, reason: str, detail: str = "", retry_after: float | None = None):
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after


class InvalidPayload(ValueError):
    """A body, or a part of it, that cannot be understood; the text says what is wrong."""


class Provider(Protocol):
    """What the rest of the house asks of a provider."""

    name: str
    # Whether files are handed over before their message, which then names them by an id. Where not,
    # send() reads OutboundMessage.file itself.
    uploads_files: bool
    # Whether mark_read(typing=True) lets the customer see that somebody is writing.
    shows_typing: bool

    def check(self, message: OutboundMessage) -> list:
        """Return what of the provider's limits a message would break; `in_words(gettext)` says it."""

    def send(self, channel, message: OutboundMessage) -> SendResult:
        """Send one message; blocks up to the time-outs; never raises for what the wire does."""

    def mark_read(self, channel, provider_id: str, *, to: str = "", typing: bool = False) -> bool:
        """Tell the provider that a message of `to` was read; True when it was accepted."""

    def check_health(self, channel) -> dict[str, Any]:
        """Ask for the number's state; returns {'ok': bool, 'detail': str, 'raw': {...}}."""

    def fetch_media(self, channel, media: Media, target: BinaryIO, max_bytes: int) -> FetchedMedia:
        """Write a customer's file to `target`; blocks up to some minutes. Raises MediaError."""

    def upload_media(self, channel, file: OutboundFile) -> UploadResult:
        """Hand a file over; blocks up to its time-outs; never raises for what the wire does.

        Doing it twice is harmless. Asked only of providers that `uploads_files`.
        """

    def list_templates(self, channel) -> TemplateList:
        """Ask for all templates of the number's account; blocks, page by page; never raises."""

    def create_template(self, channel, template: TemplateRecord) -> TemplateResult:
        """Submit a new template for review. Not to be repeated blindly when it is ambiguous."""

    def edit_template(
        self, channel, template: TemplateRecord, category: str = ""
    ) -> TemplateResult:
        """Replace the components of template.provider_id, and its category where one is given."""

    def delete_template(self, channel, template: TemplateRecord) -> TemplateResult:
        """Delete this language of a template; one that is gone already counts as deleted."""
