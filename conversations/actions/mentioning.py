"""Who is named in a note hears of it: one row each, and a notification."""

from conversations.actions.notifications import notify
from conversations.mentions import colleagues_of, mentioned
from conversations.models import Conversation, Mention, Message, NotificationKind


def mention_colleagues(conversation: Conversation, note: Message, *, by) -> None:
    """Write whom a note names and let them know. Inside the transaction that has written the note.

    Only people who see the conversation can be named; whoever wrote it needs no telling. Twice does
    it once.
    """
    if "@" not in note.body:
        return
    people = colleagues_of(conversation).exclude(pk=by.pk)
    named = mentioned(note.body, people)
    rows = [Mention(message=note, user=person) for person in named]
    Mention.objects.bulk_create(rows, ignore_conflicts=True)
    notify(
        [person.pk for person in named],
        NotificationKind.MENTIONED,
        cause=f"mention:{note.pk}",
        conversation=conversation,
        message=note,
        actor=by,
    )
