"""Message templates: what WhatsApp has, what we submit, and what it announces about them.

No lock is held over the network. Two synchronisations of one account exclude each other by a lease;
an announcement that came while a list was read is newer than that list and stays.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models.audit import AuditKind
from conversations.actions.changes import changing, new_outgoing
from conversations.actions.errors import InvalidMessage, Refused
from conversations.actions.guards import require_not_blocked
from conversations.actions.messages import check_content, record_reply
from conversations.models import (
    Channel,
    Conversation,
    Customer,
    Message,
    MessageKind,
    Origin,
    ProviderName,
    SenderKind,
    SendPriority,
    Template,
    TemplateCategory,
    TemplateStatus,
    Waba,
)
from conversations.providers import registry
from conversations.providers.base import ProviderError, TemplateRecord, TemplateResult
from conversations.providers.cloud import errors, template_limits
from conversations.providers.cloud.templates import (
    components_of,
    content_of,
    parameter_format,
    parameters,
    rendered,
)
from helpdesk.core import leases

SYNC_LEASE_SECONDS = 300  # longer than the slowest list of 60 pages has been seen to take
SYNCED_FIELDS = (
    "provider_id", "category", "status", "parameter_format", "components", "quality",
    "rejected_reason",
)  # fmt: skip


class InvalidTemplate(Refused):
    """What WhatsApp would not take; `problems` says which field and why."""

    code = "invalid_template"

    def __init__(self, problems: list[template_limits.FieldProblem]):
        super().__init__(" ".join(one.problem.in_words(_) for one in problems))
        self.problems = problems


class NotSynchronised(Refused):
    """WhatsApp did not tell which templates it has."""

    code = "not_synchronised"


def channel_of(waba: Waba) -> Channel:
    """Return the number whose token speaks for an account; raises Refused where there is none."""
    speaking = waba.channels.active().filter(
        provider__in=[ProviderName.CLOUD, ProviderName.SIMULATOR]
    )
    known = {provider.name for provider in registry.all()}
    for channel in speaking.select_related("waba").order_by("created_at"):
        if channel.provider in known:
            return channel
    raise Refused(_("No active number of this account can speak with WhatsApp."), "no_channel")


def sync_all() -> None:
    """Bring the templates of every account with an active number up to date."""
    active = Waba.objects.filter(channels__is_active=True).distinct()
    for waba_id in active.values_list("pk", flat=True):
        # One account's trouble must not leave the others stale.
        sync_by_id(waba_id)


def sync_by_id(waba_id) -> None:
    """Bring one account up to date; what hinders it shows on the pages, and the hour tries again."""
    waba = Waba.objects.filter(pk=waba_id).first()
    if waba is not None:
        with suppress(Refused):
            sync(waba)


def sync(waba: Waba, *, by=None) -> int:
    """Make our templates of an account what WhatsApp has; returns how many it has.

    Drafts stay; what is gone there is marked. Returns 0 without asking while another one is at it.
    Raises Refused when no number can ask, NotSynchronised when WhatsApp does not answer.
    """
    channel = channel_of(waba)
    lease, holder = f"templates.{waba.pk}", leases.new_holder()
    fence = leases.acquire(lease, holder, SYNC_LEASE_SECONDS)
    if fence is None:
        return 0
    try:
        asked_at = _this_second()
        answer = registry.get(channel.provider).list_templates(channel)
        if answer.error is not None:
            raise NotSynchronised(_in_words(answer.error))
        with transaction.atomic():
            leases.guard({lease: fence})
            _write(waba, answer.templates, asked_at)
            if by is not None:
                audit.record(
                    AuditKind.ADMIN_ACTION, actor=by, target=waba, templates=len(answer.templates)
                )
    finally:
        leases.release(lease, holder, fence)
    return len(answer.templates)


def submit(template: Template, *, name: str, language: str, category: str, content) -> Template:
    """Hand a template to WhatsApp for review: a draft is created there, another one is edited.

    The row is written as a draft first, so that nothing typed is lost when WhatsApp refuses. Raises
    InvalidTemplate, and Refused with WhatsApp's own words.
    """
    problems = template_limits.check(name, content)
    if problems:
        raise InvalidTemplate(problems)
    if not template.may_be_edited:
        raise Refused(_("WhatsApp does not let one change this template now."), "not_editable")
    if template.is_draft:
        save_draft(template, name=name, language=language, category=category, content=content)
        return _create(template)
    return _edit(template, category, content)


def save_draft(template: Template, *, name: str, language: str, category: str, content) -> Template:
    """Keep what has been written, however unfinished. Raises Refused for a name that is taken."""
    if not template.is_draft:
        raise Refused(_("WhatsApp has this template already."), "not_draft")
    template.name, template.language, template.category = name, language, category
    template.components = components_of(content)
    template.parameter_format = parameter_format(content)
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        raise Refused(
            _("The account has a template of this name in this language already."), "name_taken"
        ) from error
    return template


def delete(template: Template) -> None:
    """Delete one language of a template, at WhatsApp first. Raises Refused when it says no."""
    if template.provider_id and template.status != TemplateStatus.DELETED:
        channel = channel_of(template.waba)
        result = registry.get(channel.provider).delete_template(channel, record_of(template))
        _require_accepted(result)
    template.delete()


def record_of(template: Template) -> TemplateRecord:
    """Return a template as providers read it."""
    return TemplateRecord(
        provider_id=template.provider_id,
        name=template.name,
        language=template.language,
        category=template.category,
        parameter_format=template.parameter_format,
        components=template.components,
    )


def _create(template: Template) -> Template:
    channel, asked_at = channel_of(template.waba), _this_second()
    result = registry.get(channel.provider).create_template(channel, record_of(template))
    _require_accepted(result)
    return _submitted(template, result, asked_at)


def _edit(template: Template, category: str, content) -> Template:
    channel, asked_at = channel_of(template.waba), _this_second()
    changed = replace(
        record_of(template),
        components=components_of(content),
        parameter_format=parameter_format(content),
    )
    # The category of an approved one is fixed (spec/03, 3.3).
    is_fixed = template.status == TemplateStatus.APPROVED or category == template.category
    provider = registry.get(channel.provider)
    result = provider.edit_template(channel, changed, "" if is_fixed else category)
    _require_accepted(result)
    template.components = changed.components
    template.parameter_format = changed.parameter_format
    template.category = template.category if is_fixed else category
    return _submitted(template, result, asked_at)


@transaction.atomic
def _submitted(template: Template, result: TemplateResult, asked_at: datetime) -> Template:
    """Write what WhatsApp answered; a decision announced meanwhile is newer and stays."""
    current = Template.objects.select_for_update().filter(pk=template.pk).first() or template
    template.provider_id = result.provider_id or template.provider_id
    template.category = result.category or template.category
    template.synced_at = timezone.now()
    if _is_newer(current, asked_at):
        for name in ("status", "rejected_reason", "notice", "status_at"):
            setattr(template, name, getattr(current, name))
    else:
        template.status = result.status or TemplateStatus.PENDING
        template.rejected_reason = template.notice = ""
        template.status_at = asked_at
    template.save()
    return template


def _require_accepted(result: TemplateResult) -> None:
    if result.ambiguous:
        raise Refused(
            _("WhatsApp did not answer. Synchronise before you try again: it may have arrived."),
            "unknown",
        )
    if result.error is not None:
        raise Refused(_in_words(result.error), "refused")


def _in_words(error: ProviderError) -> str:
    if error.code is None:
        return error.details or _("WhatsApp cannot be reached.")
    reason, advice = errors.explain(error.code)
    return " ".join(filter(None, [_(reason), error.details, _(advice)]))


def _write(waba: Waba, records: list[TemplateRecord], asked_at: datetime) -> None:
    """Upsert by (name, language); what was announced after the list was asked for stays."""
    now = timezone.now()
    known = {(row.name, row.language): row for row in waba.templates.select_for_update()}
    seen = {}
    for record in records:
        seen[record.name, record.language] = record
    new = [Template(waba=waba, name=n, language=lang) for n, lang in seen if (n, lang) not in known]
    old = [known[key] for key in seen if key in known]
    for template in [*new, *old]:
        _take_over(template, seen[template.name, template.language], asked_at, now)
    gone = [
        row
        for key, row in known.items()
        if key not in seen and not row.is_draft and not _is_newer(row, asked_at)
    ]
    for row in gone:
        row.status, row.synced_at = TemplateStatus.DELETED, now
    Template.objects.bulk_create(new)
    Template.objects.bulk_update([*old, *gone], [*SYNCED_FIELDS, "synced_at"], batch_size=200)


def _take_over(template: Template, record: TemplateRecord, asked_at: datetime, now) -> None:
    keeps_status = _is_newer(template, asked_at)
    for name in SYNCED_FIELDS:
        if not (keeps_status and name in ("status", "rejected_reason", "quality", "components")):
            setattr(template, name, getattr(record, name))
    template.synced_at = now


def _is_newer(template: Template, asked_at: datetime) -> bool:
    return template.status_at is not None and template.status_at >= asked_at


def _this_second() -> datetime:
    """Now, as the provider's clock would say it: in whole seconds."""
    return timezone.now().replace(microsecond=0)


def send_template(
    conversation: Conversation,
    *,
    by,
    template: Template,
    values: dict[str, str],
    client_token: UUID,
) -> Message:
    """Queue an approved template with these values, by keys of places; the window may be closed.

    The same client_token returns the message it has already made. Raises Refused (not the holder,
    not approved, no marketing wished) and InvalidMessage (a value is missing or too long).
    """
    content = content_of(template.components)
    with changing(conversation) as change:
        repeated = Message.objects.filter(client_token=client_token).first()
        if repeated is not None and repeated.conversation_id == conversation.pk:
            return repeated
        if repeated is not None:
            raise Refused(_("This form belongs to another conversation. Reload the page."), "token")
        _require_sendable(change.conversation, by, template)
        problems = template_limits.check_values(content, values)
        if problems:
            raise InvalidMessage(" ".join(one.problem.in_words(_) for one in problems))
        shown = rendered(content, values)
        message = new_outgoing(
            change,
            sender=SenderKind.AGENT,
            author=by,
            origin=Origin.PAGE,
            priority=SendPriority.AGENT,
            kind=MessageKind.TEMPLATE,
            body=shown.pop("body"),
            payload={
                "name": template.name,
                "language": template.language,
                "components": parameters(content, values),
                "category": template.category,
                "shown": shown,
            },
            client_token=client_token,
        )
        check_content(message)
        change.add(message)
        record_reply(change, by)
    return message


def _require_sendable(conversation: Conversation, by, template: Template) -> None:
    if conversation.is_closed:
        raise Refused(_("This conversation is closed."), "closed")
    if not conversation.can_be_answered_by(by):
        raise Refused(_("Take the conversation before you answer."), "not_holder")
    require_not_blocked(conversation)
    if template.waba_id != conversation.channel.waba_id:
        raise Refused(_("This template belongs to another account."), "foreign")
    if not template.may_be_sent:
        raise Refused(_("Only an approved template can be sent."), "not_approved")
    if template.category == TemplateCategory.MARKETING and declines_marketing(
        conversation.customer
    ):
        raise Refused(_("The customer does not want marketing messages."), "marketing")


def declines_marketing(customer: Customer) -> bool:
    """Whether the customer's last word about marketing was no."""
    said = customer.consents.filter(purpose="marketing").order_by("-occurred_at", "-pk")
    return said.values_list("given", flat=True).first() is False
