"""What messages hold beside their text, for templates: `{{ message|place }}` and the like."""

from django import template

from conversations import contents, previews

register = template.Library()

for _read in (
    contents.place,
    contents.cards,
    contents.answers,
    contents.order,
    contents.referral,
    contents.forwarded,
    contents.product_asked_about,
    contents.choice_details,
    contents.answered_call_request,
    contents.entry,
    contents.new_number,
    contents.error_code,
    previews.what_was_sent,
):
    register.filter(_read.__name__, lambda message, read=_read: read(message.payload))
