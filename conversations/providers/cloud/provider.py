"""The Cloud API behind the provider interface."""

from typing import Any, BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext

from conversations.providers.base import (
    FetchedMedia,
    InvalidPayload,
    Media,
    OutboundFile,
    OutboundMessage,
    ProviderError,
    SendResult,
    TemplateList,
    TemplateRecord,
    TemplateResult,
    UploadResult,
)
from conversations.providers.cloud import errors, send
from conversations.providers.cloud.client import Answer, GraphClient, Outcome
from conversations.providers.cloud.media import MediaDoor
from conversations.providers.cloud.template_door import TemplateDoor
from conversations.providers.cloud.wire import clean, first, identifier, mapping, text

# A gateway's time-out: whoever stands behind it may have taken the message (RFC 9110, 15.6.5).
GATEWAY_TIMEOUT = 504
HEALTH_FIELDS = (
    "health_status,display_phone_number,verified_name,quality_rating,status,name_status,"
    "code_verification_status,platform_type,throughput,whatsapp_business_manager_messaging_limit"
)


class CloudProvider:
    """Sends through Meta's Graph API; a Graph-like server elsewhere overrides base_url."""

    name = "cloud"
    uploads_files = True
    shows_typing = True

    def __init__(self, client: GraphClient | None = None):
        self._client = client or GraphClient()

    def base_url(self, channel) -> str:
        """Return the server's address without version or trailing slash."""
        return settings.WHATSAPP_GRAPH_URL

    def check(self, message: OutboundMessage) -> list[send.Problem]:
        """Return what of the contract a message would break, for people to read."""
        return send.check(message)

    def send(self, channel, message: OutboundMessage) -> SendResult:
        """Post one message once; blocks up to some 45 s; never raises for what the wire does.

        An outcome that is not known is `ambiguous`: time-out or cut after sending, 504 without
        an error of Meta's, 2xx without a message id.
        """
        try:
            body = send.request_body(message)
        except InvalidPayload as error:
            refused = ProviderError(code=None, decision="never", details=str(error))
            return SendResult(error=refused)
        answer = self._client.post(self._url(channel, "messages"), channel.access_token, body)
        return _send_result(answer, message.attempt_number)

    def mark_read(self, channel, provider_id: str, *, to: str = "", typing: bool = False) -> bool:
        """Mark an incoming message, and all before it, as read; True when it was accepted.

        The id alone says whose it is.
        """
        answer = self._client.post(
            self._url(channel, "messages"),
            channel.access_token,
            send.mark_read_body(provider_id, typing),
        )
        return answer.is_success and mapping(answer.body).get("success") is True

    def check_health(self, channel) -> dict[str, Any]:
        """Ask for the number's state.

        Returns {'ok': bool, 'detail': str for people, 'raw': Meta's answer, 'error':
        ProviderError or None}; ok means that messages can be sent now, maybe limited.
        """
        answer = self._client.get(
            self._url(channel), channel.access_token, {"fields": HEALTH_FIELDS}
        )
        raw = clean(answer.body or {})
        if not answer.is_success or not raw:
            error = _error_of(answer, attempt_number=1)
            return {"ok": False, "detail": _detail_of_error(error), "raw": raw, "error": error}
        complaints = _complaints(raw)
        can_send = text(mapping(raw.get("health_status")).get("can_send_message"))
        ok = can_send in ("", "AVAILABLE", "LIMITED") and _is_connected(raw)
        return {"ok": ok, "detail": " ".join(complaints), "raw": raw, "error": None}

    def subscribe(self, channel) -> ProviderError | None:
        """Subscribe the token's app to the webhooks of the number's account; None when it worked."""
        parts = [settings.WHATSAPP_GRAPH_VERSION, quote(channel.waba.waba_id, safe="")]
        url = "/".join([self.base_url(channel).rstrip("/"), *parts, "subscribed_apps"])
        answer = self._client.post(url, channel.access_token, {})
        if answer.is_success and mapping(answer.body).get("success") is True:
            return None
        return _error_of(answer, attempt_number=1)

    def fetch_media(self, channel, media: Media, target: BinaryIO, max_bytes: int) -> FetchedMedia:
        """Write a customer's file to `target`, verified; blocks up to some minutes. Raises MediaError.

        media.url is tried first when it is there; it is worth that only while five minutes old.
        """
        return self._media_door(channel).fetch(media, target, max_bytes)

    def upload_media(self, channel, file: OutboundFile) -> UploadResult:
        """Hand a file over for 30 days; never raises for what the wire does. Repeating is harmless."""
        return self._media_door(channel).upload(file)

    def list_templates(self, channel) -> TemplateList:
        """Ask for all templates of the number's account, page by page; never raises."""
        return self._template_door(channel).list()

    def create_template(self, channel, template: TemplateRecord) -> TemplateResult:
        """Submit a new template once; ambiguous when nobody can know whether it was taken."""
        return self._template_door(channel).create(template)

    def edit_template(
        self, channel, template: TemplateRecord, category: str = ""
    ) -> TemplateResult:
        """Replace a template's components; repeating is harmless."""
        return self._template_door(channel).edit(template, category)

    def delete_template(self, channel, template: TemplateRecord) -> TemplateResult:
        """Delete one language of a template; repeating is harmless."""
        return self._template_door(channel).delete(template)

    def _template_door(self, channel) -> TemplateDoor:
        return TemplateDoor(self._client, self.base_url(channel), channel)

    def _media_door(self, channel) -> MediaDoor:
        return MediaDoor(self._client, self.base_url(channel), channel)

    def _url(self, channel, *path: str) -> str:
        parts = [settings.WHATSAPP_GRAPH_VERSION, quote(channel.phone_number_id, safe=""), *path]
        return "/".join([self.base_url(channel).rstrip("/"), *parts])


def _send_result(answer: Answer, attempt_number: int) -> SendResult:
    if _is_unknown(answer):
        return SendResult(ambiguous=True, detail=answer.detail or f"HTTP {answer.status}")
    if not answer.is_success:
        return SendResult(error=_error_of(answer, attempt_number))
    body = mapping(answer.body)
    provider_id = identifier(first(body.get("messages")).get("id"))
    if not provider_id:
        return SendResult(ambiguous=True, detail="The answer names no message.")
    contact = first(body.get("contacts"))
    return SendResult(
        accepted=True,
        provider_id=provider_id,
        wa_id=identifier(contact.get("wa_id")),
        bsuid=identifier(contact.get("user_id")),
    )


def _is_unknown(answer: Answer) -> bool:
    if answer.outcome is not Outcome.ANSWERED:
        return answer.outcome is Outcome.UNKNOWN
    is_gateway_timeout = answer.status == GATEWAY_TIMEOUT and not mapping(answer.body).get("error")
    return is_gateway_timeout or (answer.is_success and answer.cut)


def _error_of(answer: Answer, attempt_number: int) -> ProviderError:
    if answer.outcome is Outcome.UNUSABLE:
        return ProviderError(code=None, decision="channel", details=answer.detail)
    # An answer that broke off after a refusal: nothing was taken, only the reason is lost.
    if answer.outcome is not Outcome.ANSWERED or answer.cut:
        return errors.not_sent(answer.detail, attempt_number)
    return errors.from_response(answer.status, answer.body, attempt_number)


def _detail_of_error(error: ProviderError) -> str:
    if error.code is None:
        return error.details
    reason, advice = errors.explain(error.code)
    return " ".join(filter(None, [gettext(reason), error.details, gettext(advice)]))


def _is_connected(raw: dict) -> bool:
    return text(raw.get("status")) in ("", "CONNECTED")


def _complaints(raw: dict) -> list[str]:
    """Whatever Meta says is wrong, sentence by sentence, each once."""
    entities = mapping(raw.get("health_status")).get("entities")
    said = [] if _is_connected(raw) else [f"{text(raw.get('status'))}."]
    for entity in entities if isinstance(entities, list) else []:
        problems = mapping(entity).get("errors")
        for problem in problems if isinstance(problems, list) else []:
            problem = mapping(problem)
            said += [text(problem.get("error_description")), text(problem.get("possible_solution"))]
        infos = mapping(entity).get("additional_info")
        said += map(text, infos if isinstance(infos, list) else [])
    return list(dict.fromkeys(filter(None, said)))
