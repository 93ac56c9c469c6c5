"""The Graph endpoints for an account's templates (spec/03, 3.3)."""

from urllib.parse import quote

from django.conf import settings

from conversations.providers.base import (
    ProviderError,
    TemplateList,
    TemplateRecord,
    TemplateResult,
)
from conversations.providers.cloud import errors, templates
from conversations.providers.cloud.client import Answer, GraphClient, Outcome
from conversations.providers.cloud.wire import identifier, mapping, text

# An account holds 6,000 templates at most; more pages than that are a loop of the other side.
MAX_PAGES = 100
# [K] error_subcode of a deletion whose template is not there.
NO_SUCH_TEMPLATE = 2593002


class TemplateDoor:
    """Templates of the account that one channel belongs to, with that channel's token."""

    def __init__(self, client: GraphClient, base_url: str, channel):
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._channel = channel

    def list(self) -> TemplateList:
        """Return all templates; a page that fails makes the whole list unknown."""
        found: list[TemplateRecord] = []
        after = ""
        for _page in range(MAX_PAGES):
            params = {"fields": templates.FIELDS, "limit": str(templates.PAGE_SIZE)}
            answer = self._client.get(
                self._of_account(),
                self._channel.access_token,
                params | ({"after": after} if after else {}),
            )
            if not answer.is_success or not isinstance(mapping(answer.body).get("data"), list):
                return TemplateList(error=_error_of(answer))
            records, after = templates.parse_page(answer.body)
            found += records
            if not after:
                return TemplateList(found)
        return TemplateList(error=errors.not_sent("The list of templates does not end."))

    def create(self, template: TemplateRecord) -> TemplateResult:
        """Post a new template once."""
        body = templates.create_body(
            template.name,
            template.language,
            template.category,
            template.parameter_format,
            template.components,
        )
        return _result(self._client.post(self._of_account(), self._channel.access_token, body))

    def edit(self, template: TemplateRecord, category: str) -> TemplateResult:
        """Post new components for a template that WhatsApp has."""
        body = templates.edit_body(category, template.components)
        url = self._url(template.provider_id)
        return _result(self._client.post(url, self._channel.access_token, body))

    def delete(self, template: TemplateRecord) -> TemplateResult:
        """Delete one language: by name alone all languages would go."""
        params = {"name": template.name, "hsm_id": template.provider_id}
        answer = self._client.delete(self._of_account(), self._channel.access_token, params)
        error = mapping(mapping(answer.body).get("error"))
        if answer.status == 404 or error.get("error_subcode") == NO_SUCH_TEMPLATE:
            return TemplateResult(accepted=True)
        return _result(answer)

    def _of_account(self) -> str:
        return self._url(self._channel.waba.waba_id, "message_templates")

    def _url(self, *path: str) -> str:
        parts = [quote(part, safe="") for part in path]
        return "/".join([self._base_url, settings.WHATSAPP_GRAPH_VERSION, *parts])


def _result(answer: Answer) -> TemplateResult:
    if answer.outcome is Outcome.UNKNOWN or (answer.is_success and answer.cut):
        return TemplateResult(ambiguous=True)
    if not answer.is_success:
        return TemplateResult(error=_error_of(answer))
    body = mapping(answer.body)
    return TemplateResult(
        accepted=True,
        provider_id=identifier(body.get("id"), 64),
        status=text(body.get("status"), 20).upper(),
        category=text(body.get("category"), 20).upper(),
    )


def _error_of(answer: Answer) -> ProviderError:
    if answer.outcome is Outcome.UNUSABLE:
        return ProviderError(code=None, decision="channel", details=answer.detail)
    if answer.outcome is not Outcome.ANSWERED or answer.cut:
        return errors.not_sent(answer.detail)
    return errors.from_response(answer.status, answer.body)
