"""What somebody has written and not sent, as their page shows it again."""

from conversations.models import Conversation, Draft, Message


def draft_of(conversation: Conversation, user) -> Draft:
    """Return what stands in this person's composer; an empty draft of number 0 when nothing ever did."""
    rows = Draft.objects.select_related("reply_to__author", "reply_to__contact__customer")
    kept = rows.filter(conversation=conversation, user=user).first()
    return kept or Draft(conversation=conversation, user=user)


def as_data(draft: Draft) -> dict:
    """Return a draft as the composer's script reads it."""
    return {
        "body": draft.body,
        "is_note": draft.is_note,
        "revision": draft.revision,
        "quoted": _quoted(draft.reply_to) if draft.reply_to else None,
    }


def _quoted(message: Message) -> dict:
    said_by = message.author or message.contact.customer.display_name
    name = said_by if message.is_inbound or message.author else ""
    return {"id": str(message.pk), "name": str(name), "text": message.preview}
