"""Scheduled messages as pages list them: those of one conversation, and all that one may see."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.access import visible_conversations, visible_queues
from conversations.actions.scheduling import may_steer
from conversations.models import Conversation, Message, Status

PER_PAGE = 50
TABS = [
    ("waiting", _("Waiting"), Q(status=Status.SCHEDULED)),
    ("failed", _("Not sent"), Q(status=Status.FAILED)),
    ("withdrawn", _("Withdrawn"), Q(status=Status.CANCELLED)),
    (
        "left",
        _("Sent"),
        ~Q(status__in=[Status.SCHEDULED, Status.FAILED, Status.CANCELLED]),
    ),
]


@dataclass(frozen=True, slots=True)
class Row:
    """One scheduled message, and whether whoever looks may do something with it."""

    message: Message
    may_steer: bool


def of_conversation(conversation: Conversation) -> list[Message]:
    """Return what waits in a conversation, soonest first."""
    return list(conversation.messages.scheduled().select_related("author"))


def rows_of(messages, user) -> list[Row]:
    """Return the messages beside what this person may do with them."""
    return [Row(message, may_steer(message, user)) for message in messages]


def page_for(request) -> dict:
    """Return what the page of all scheduled messages shows to this person, by its address."""
    wanted = {name: request.GET.get(name, "") for name in ("tab", "who", "queue", "search")}
    conditions = {key: condition for key, _label, condition in TABS}
    tab = wanted["tab"] if wanted["tab"] in conditions else "waiting"
    seen = _narrowed(_seen_by(request.user), request.user, wanted)
    is_waiting = tab == "waiting"
    rows = seen.filter(conditions[tab]).select_related(
        "author", "conversation__customer", "conversation__queue", "conversation__assignee"
    )
    rows = rows.order_by("scheduled_for" if is_waiting else "-scheduled_for", "id")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "section": "scheduled",
        "page": page,
        "rows": rows_of(page, request.user),
        "tabs": [{"key": key, "label": label} for key, label, _condition in TABS],
        "wanted": wanted | {"tab": tab},
        "queues": visible_queues(request.user),
    }


def _seen_by(user):
    conversations = visible_conversations(user)
    return Message.objects.filter(scheduled_for__isnull=False, conversation__in=conversations)


def _narrowed(rows, user, wanted: dict[str, str]):
    if wanted["who"] == "me":
        rows = rows.filter(author=user)
    queue = next((q for q in visible_queues(user) if str(q.pk) == wanted["queue"]), None)
    if queue is not None:
        rows = rows.filter(conversation__queue=queue)
    words = wanted["search"].strip()[:100].replace("\x00", "")
    if words:
        by_customer = Q(conversation__customer__name__icontains=words)
        rows = rows.filter(by_customer | Q(body__icontains=words))
    return rows
