"""The templates that the simulated WhatsApp holds: submitting, reviewing, and what may be sent."""

import secrets
import time
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.models import (
    Channel,
    ProviderName,
    SimulatorDelivery,
    SimulatorMessage,
    SimulatorTemplate,
    TemplateStatus,
)
from conversations.providers.cloud.templates import (
    MEDIA,
    Slot,
    content_of,
    slots,
)
from conversations.providers.simulator import template_rules
from conversations.providers.simulator.deliveries import schedule
from conversations.providers.simulator.errors import GraphError

REVIEW_SECONDS = 3
EDITS_EVERY = timedelta(hours=24)
ID_DIGITS = 17  # one more than files have: the address tells them apart
DELIVERY_KIND = "template"
EDITABLE = {TemplateStatus.APPROVED, TemplateStatus.REJECTED, TemplateStatus.PAUSED}
# A click on the page -> the event that is announced, with its reason and explanation.
DECISIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "approve": ("APPROVED", {"reason": "NONE"}),
    "reject": (
        "REJECTED",
        {
            "reason": "INCORRECT_CATEGORY",
            "rejection_info": {
                "reason": "The text reads like marketing.",
                "recommendation": "Choose the category MARKETING and submit it again.",
            },
        },
    ),
    "pause": ("PAUSED", {"reason": "NONE", "other_info": {"title": "FIRST_PAUSE"}}),
    "disable": ("DISABLED", {"reason": "NONE", "other_info": {"title": "DISABLED"}}),
}


def status_of(template: SimulatorTemplate) -> str:
    """Return the status now: a pending template is approved by time alone."""
    if template.status == TemplateStatus.PENDING and _is_over(template):
        return TemplateStatus.APPROVED
    return template.status


def find(template_id: str) -> SimulatorTemplate | None:
    """Return the template of an id."""
    return SimulatorTemplate.objects.filter(template_id=template_id).first()


def speaker(template: SimulatorTemplate) -> Channel:
    """Return the number whose secret signs what is announced about a template."""
    channels = template.waba.channels.filter(provider=ProviderName.SIMULATOR)
    return channels.select_related("waba").order_by("created_at").first()


def create(channel: Channel, body: Any) -> SimulatorTemplate:
    """Take a new template in for review; raises GraphError for what the contract forbids."""
    template_rules.check_new(body)
    template = SimulatorTemplate(
        waba=channel.waba,
        template_id=f"7{secrets.randbelow(10 ** (ID_DIGITS - 1)):0{ID_DIGITS - 1}d}",
        name=body["name"],
        language=body["language"],
        category=body["category"],
        parameter_format=str(body.get("parameter_format", "POSITIONAL")).upper(),
        components=body["components"],
        approved_at=timezone.now() + timedelta(seconds=REVIEW_SECONDS),
    )
    try:
        with transaction.atomic():
            template.save()
            _announce_later(template)
    except IntegrityError:
        raise GraphError(
            100, f"There is already {body['language']} content for the template {body['name']}."
        ) from None
    return template


def edit(template: SimulatorTemplate, body: Any) -> None:
    """Replace a template's components and review it again; raises GraphError."""
    template_rules.check_edit(body)
    status, now = status_of(template), timezone.now()
    if status not in EDITABLE:
        raise GraphError(2388039, f"A template that is {status} cannot be edited.")
    is_approved = status == TemplateStatus.APPROVED
    if is_approved and body.get("category", template.category) != template.category:
        raise GraphError(2388039, "The category of an approved template cannot be changed.")
    if is_approved and template.edited_at and now - template.edited_at < EDITS_EVERY:
        raise GraphError(2388039, "An approved template can be edited once in 24 hours.")
    template.components = body["components"]
    template.category = body.get("category", template.category)
    template.edited_at = now if is_approved else template.edited_at
    template.status, template.rejected_reason = TemplateStatus.PENDING, "NONE"
    template.approved_at = now + timedelta(seconds=REVIEW_SECONDS)
    with transaction.atomic():
        template.save()
        _announce_later(template)


def delete(channel: Channel, name: str, template_id: str = "") -> None:
    """Delete a template in all languages, or in that of the id; raises GraphError."""
    rows = channel.waba.simulator_templates.filter(name=name)
    if template_id:
        rows = rows.filter(template_id=template_id)
    if not rows.delete()[0]:
        raise GraphError(100, f"The template {name} does not exist.", status=404)


def decide(template: SimulatorTemplate, decision: str) -> None:
    """Approve, reject, pause or disable at a click, and announce it at once."""
    event, facts = DECISIONS[decision]
    with transaction.atomic():
        template.status, template.approved_at = event, None
        template.rejected_reason = facts["reason"]
        template.save()
        _undelivered(template).delete()
        _announce(template, event, facts, timezone.now())


def check_send(channel: Channel, part: dict[str, Any]) -> SimulatorTemplate:
    """Return the template that a message names; raises GraphError for what does not fit it."""
    template = SimulatorTemplate.objects.filter(
        waba=channel.waba, name=part["name"], language=part["language"]["code"]
    ).first()
    status = status_of(template) if template else None
    if status == TemplateStatus.PAUSED:
        raise GraphError(132015, f"The template {part['name']} is paused.")
    if status == TemplateStatus.DISABLED:
        raise GraphError(132016, f"The template {part['name']} is disabled.")
    if status != TemplateStatus.APPROVED:
        raise GraphError(132001, f"Template name {part['name']} does not exist in this language.")
    _check_parameters(template, part.get("components", []))
    return template


def category_of(message: SimulatorMessage) -> str:
    """Return what a message of ours is charged as, in the words of pricing."""
    if message.kind != "template":
        return "service"
    part = message.payload["template"]
    rows = SimulatorTemplate.objects.filter(
        waba=message.channel.waba, name=part["name"], language=part["language"]["code"]
    )
    return (rows.values_list("category", flat=True).first() or "utility").lower()


def _check_parameters(template: SimulatorTemplate, components: list[dict[str, Any]]) -> None:
    expected: dict[tuple[str, str], list[Slot]] = {}
    for slot in slots(content_of(template.components)):
        place, _, name = slot.key.partition(".")
        index = name if place == "button" else ""
        expected.setdefault((place, index), []).append(slot)
    sent = {
        (one["type"], str(one.get("index", ""))): one.get("parameters", [])
        for one in components
        if one.get("sub_type") != "quick_reply"
    }
    for key in {*expected, *sent}:
        wanted, given = expected.get(key, []), sent.get(key, [])
        if len(wanted) != len(given):
            place = " ".join(filter(None, key))
            raise GraphError(
                132000,
                f"{place}: number of params ({len(given)}) does not match the expected number of"
                f" params ({len(wanted)})",
            )
        _check_kinds(template, key[0], wanted, given)


def _check_kinds(template: SimulatorTemplate, place: str, wanted: list[Slot], given: list) -> None:
    kinds = {slot.kind for slot in wanted}
    for parameter in given:
        kind = parameter["type"]
        fits = kind in kinds if kinds & set(MEDIA) else kind in ("text", "payload", "coupon_code")
        if not fits:
            raise GraphError(132012, f"{place}: expected {', '.join(kinds)}, received {kind}.")
    if template.parameter_format == "NAMED" and place != "button":
        names = {slot.name for slot in wanted if slot.kind == "text"}
        said = {parameter.get("parameter_name") for parameter in given} - {None}
        if names != said:
            raise GraphError(132018, f"{place}: expected parameters named {sorted(names)}.")


def _is_over(template: SimulatorTemplate) -> bool:
    return template.approved_at is not None and template.approved_at <= timezone.now()


def _announce_later(template: SimulatorTemplate) -> None:
    _undelivered(template).delete()
    _announce(template, "APPROVED", {"reason": "NONE"}, template.approved_at)


def _undelivered(template: SimulatorTemplate):
    return SimulatorDelivery.objects.pending().filter(
        channel__waba=template.waba,
        kind=DELIVERY_KIND,
        entry__changes__0__value__message_template_id=int(template.template_id),
    )


def _announce(template: SimulatorTemplate, event: str, facts: dict[str, Any], at) -> None:
    value = {
        "event": event,
        "message_template_id": int(template.template_id),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "message_template_category": template.category,
        **facts,
    }
    change = {"field": "message_template_status_update", "value": value}
    when = int(at.timestamp()) if at else int(time.time())
    entry = {"id": template.waba.waba_id, "time": when, "changes": [change]}
    schedule(speaker(template), DELIVERY_KIND, entry, at)
