"""Closing with everything that the dialog asks for, in one transaction.

Locks: the customer's row, then the conversation's (customer_changes.py).
"""

from collections.abc import Iterable

from django.db import transaction

from conversations.actions.conversations import close_conversation
from conversations.actions.customer_changes import set_field
from conversations.actions.marks import set_tags
from conversations.customer_fields import CustomerField
from conversations.models import Conversation, Tag


def close_filled_in(
    conversation: Conversation,
    *,
    by,
    values: dict[CustomerField, object],
    tags: Iterable[Tag] = (),
    **how,
) -> Conversation:
    """Write what the closing reason wanted to know, then close; both or nothing.

    `how` is as in close_conversation. Raises Refused as that does, and for values of the customer
    that cannot be.
    """
    with transaction.atomic():
        customer = conversation.customer
        for field, value in values.items():
            set_field(customer, by=by, field=field, value=value, seen=field.stamp(customer))
        if tags:
            set_tags(conversation, by=by, add=tags)
        close_conversation(conversation, by=by, **how)
    return conversation
