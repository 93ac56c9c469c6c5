"""Sending a template: choosing an approved one, filling in its variables, seeing what it costs."""

from uuid import UUID, uuid4

from django.shortcuts import render
from django.utils.translation import gettext as _

from conversations import prices
from conversations.actions import templates as actions
from conversations.actions.errors import Refused
from conversations.forms import TemplateMessageForm, valid
from conversations.models import Template, TemplateCategory
from conversations.providers.cloud.templates import content_of, slots
from conversations.template_preview import preview
from conversations.views.answers import dialog

MOST_SHOWN = 500


def show_templates(request, conversation):
    """Offer the approved templates of the conversation's account; ?template= is filled in."""
    rows = list(
        Template.objects.approved().of_channel(conversation.channel).in_order()[:MOST_SHOWN]
    )
    declines = actions.declines_marketing(conversation.customer)
    context = {
        "conversation": conversation,
        "choices": [_choice(row, declines) for row in rows],
        "chosen": _chosen(rows, request.GET.get("template", "")),
        "dialog": "conversations/templates/_dialog.html",
    }
    whole = "conversations/conversations/dialog.html"
    return render(request, context["dialog"] if request.htmx else whole, context)


@dialog(show_templates)
def templates(request, conversation):
    form = valid(TemplateMessageForm(request.POST))
    template = (
        Template.objects.of_channel(conversation.channel)
        .filter(pk=form.cleaned_data["template"])
        .first()
    )
    if template is None:
        raise Refused(_("This template is not there any more. Choose another one."))
    actions.send_template(
        conversation,
        by=request.user,
        template=template,
        values=form.values(),
        client_token=form.cleaned_data["client_token"],
    )
    return _("The template is on its way.")


def _choice(template: Template, declines_marketing: bool) -> dict:
    is_marketing = template.category == TemplateCategory.MARKETING
    return {
        "template": template,
        "text": content_of(template.components).body,
        "price": prices.in_words(prices.price_of(template.category)),
        "is_refused": is_marketing and declines_marketing,
    }


def _chosen(rows: list[Template], wanted: str) -> dict | None:
    template = next((row for row in rows if row.pk == _uuid(wanted)), None)
    if template is None:
        return None
    content = content_of(template.components)
    return {
        "template": template,
        "slots": slots(content),
        "preview": preview(content, {}),
        "price": prices.in_words(prices.price_of(template.category)),
        "client_token": uuid4(),
    }


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
