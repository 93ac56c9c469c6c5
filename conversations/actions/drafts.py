"""Drafts: what stands in somebody's composer, kept on the server so that no tab and no device loses it.

The browser numbers its saves. Only a greater number writes, so what arrives late changes nothing; a
send empties the draft in its own transaction and takes the next number. Locks: the draft's row.
"""

from django.db import transaction
from django.utils import timezone

from conversations import events
from conversations.models import Conversation, Draft, Message


def save_draft(
    conversation: Conversation,
    *,
    by,
    body: str,
    revision: int,
    is_note: bool = False,
    reply_to: Message | None = None,
) -> Draft:
    """Keep what `by` has written, unless something newer is kept; returns what stands now."""
    with transaction.atomic():
        kept, _is_new = Draft.objects.get_or_create(conversation=conversation, user=by)
        is_saved = Draft.objects.filter(pk=kept.pk, revision__lt=revision).update(
            body=body,
            is_note=is_note,
            reply_to=reply_to,
            revision=revision,
            updated_at=timezone.now(),
        )
        kept.refresh_from_db()
        if is_saved:
            _announce(kept)
    return kept


def finish_draft(conversation: Conversation, *, by, revision: int | None) -> None:
    """Empty the draft that has just been sent, inside the transaction that sends it.

    What was written after it (a greater number is kept) stays. revision None: what was sent did not
    come from the composer's text.
    """
    if revision is not None:
        save_draft(conversation, by=by, body="", revision=revision)


def _announce(draft: Draft) -> None:
    facts = {
        "user_id": draft.user_id,
        "conversation_id": draft.conversation_id,
        "revision": draft.revision,
    }
    transaction.on_commit(lambda: events.draft_changed.send_robust(Draft, **facts))
