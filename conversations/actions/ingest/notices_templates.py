"""What WhatsApp announces about templates: reviews, pauses, quality, categories, new texts."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations import events
from conversations.actions.ingest.notices import handles
from conversations.models import Channel, Template, TemplateCategory, TemplateStatus, Waba
from conversations.providers.base import AccountNotice
from conversations.providers.cloud.wire import mapping, text

# spec/03, 2.5. FLAGGED warns and changes nothing; unknown events are kept by their name.
STATUS_OF_EVENT = {
    "REINSTATED": TemplateStatus.APPROVED,
    "UNARCHIVED": TemplateStatus.APPROVED,
    "UNPAUSED": TemplateStatus.APPROVED,
}
PAUSES = {
    "FIRST_PAUSE": gettext_lazy("Paused for 3 hours because customers blocked or reported it."),
    "SECOND_PAUSE": gettext_lazy("Paused for 6 hours; with the next pause WhatsApp disables it."),
    "RATE_LIMITING_PAUSE": gettext_lazy("Paused because too much was sent with it."),
}
QUALITIES = {"GREEN", "YELLOW", "RED", "UNKNOWN"}


@handles("message_template_status_update")
def status_changed(notice: AccountNotice, channel: Channel | None) -> None:
    """Write a template's new status with its reason, unless a later one is known already."""
    said = notice.payload
    if "new_quality_score" in said:
        # Meta's own example prints the wrong field name (spec/03, 2.5).
        return quality_changed(notice, channel)
    template, at = _template_of(notice), notice.occurred_at or timezone.now()
    event = text(said.get("event"), 20).upper()
    if template is None or not event or (template.status_at and template.status_at > at):
        return None
    if event != "FLAGGED":
        template.status = STATUS_OF_EVENT.get(event, event)
    reason = text(said.get("reason"))
    is_rejected = template.status == TemplateStatus.REJECTED
    template.rejected_reason = reason if is_rejected and reason != "NONE" else ""
    template.notice, template.status_at = _explanation(event, said), at
    template.provider_id = template.provider_id or text(said.get("message_template_id"), 64)
    _take_category(template, text(said.get("message_template_category")))
    template.save()
    return None


@handles("message_template_quality_update")
def quality_changed(notice: AccountNotice, channel: Channel | None) -> None:
    """Write how customers receive a template."""
    template = _template_of(notice)
    score = text(notice.payload.get("new_quality_score")).upper()
    if template is not None and score in QUALITIES:
        template.quality = score
        template.save(update_fields=["quality"])


@handles("template_category_update")
def category_changed(notice: AccountNotice, channel: Channel | None) -> None:
    """Write a new category, or announce the one to come: it changes the price."""
    said, template = notice.payload, _template_of(notice)
    if template is None:
        return
    coming = text(said.get("correct_category")).upper()
    if coming in TemplateCategory.values:
        template.notice = _coming_category(coming, said.get("category_update_timestamp"))
    else:
        _take_category(template, text(said.get("new_category")))
        template.notice = ""
    template.save(update_fields=["category", "notice"])


@handles("message_template_components_update")
def components_changed(notice: AccountNotice, channel: Channel | None) -> None:
    """Ask for the account's templates: the announcement leaves out half of what has changed."""
    _ask_for_all(notice)


def _template_of(notice: AccountNotice) -> Template | None:
    """The template a notice names, locked; one that we do not know is asked for."""
    said = notice.payload
    rows = Template.objects.select_for_update().filter(waba__waba_id=notice.waba_id)
    named = {
        "name": text(said.get("message_template_name")),
        "language": text(said.get("message_template_language")),
    }
    provider_id = text(said.get("message_template_id"), 64)
    found = rows.filter(**named).first() or (
        rows.filter(provider_id=provider_id).first() if provider_id else None
    )
    if found is None:
        _ask_for_all(notice)
    return found


def _ask_for_all(notice: AccountNotice) -> None:
    waba = Waba.objects.filter(waba_id=notice.waba_id).first()
    if waba is not None:
        transaction.on_commit(
            lambda: events.templates_outdated.send_robust(Template, waba_id=waba.pk)
        )


def _take_category(template: Template, category: str) -> None:
    if category.upper() in TemplateCategory.values:
        template.category = category.upper()


def _explanation(event: str, said: dict) -> str:
    """What a person should know about a status, in WhatsApp's words where it gives some."""
    rejection, other = mapping(said.get("rejection_info")), mapping(said.get("other_info"))
    parts = [text(rejection.get("reason")), text(rejection.get("recommendation"))]
    parts += [str(PAUSES.get(text(other.get("title")), "")), text(other.get("description"))]
    if event == "FLAGGED":
        parts.insert(0, _("Customers complain about it; WhatsApp may pause it soon."))
    disabled = _day(mapping(said.get("disable_info")).get("disable_date"))
    if disabled:
        parts.append(_("Disabled from %(day)s.") % {"day": disabled})
    return " ".join(filter(None, parts))


def _coming_category(category: str, at) -> str:
    label, day = TemplateCategory(category).label, _day(at)
    if day:
        return _("Becomes %(category)s on %(day)s.") % {"category": label, "day": day}
    return _("Becomes %(category)s soon.") % {"category": label}


def _day(value) -> str:
    try:
        at = datetime.fromtimestamp(int(text(value)), UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return date_format(timezone.localtime(at), "SHORT_DATE_FORMAT")
