"""Canned responses as pages show them: a list with its tabs, and one as a customer would read it."""

from django.core.paginator import Paginator
from django.db.models import Count, Q

from conversations.access import may_change_canned, visible_conversations, visible_queues
from conversations.canned_values import values_for
from conversations.formatting import fill_in
from conversations.models import CannedResponse

PER_PAGE = 100
MOST_IN_COMPOSER = 500
FULL = 100


def page_for(request) -> dict:
    """Return what the page shows to this person, by its address."""
    user, words = request.user, request.GET.get("search", "").strip()[:100].replace("\x00", "")
    seen = CannedResponse.objects.for_user(user)
    tabs = _tabs(user, seen)
    tab = next((tab for tab in tabs if tab["key"] == request.GET.get("tab")), tabs[0])
    rows = _found(seen.filter(tab["condition"]), words).select_related("queue")
    rows = rows.annotate(file_count=Count("files")).used_most()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    most = max((row.uses for row in page), default=0) or 1
    for row in page:
        row.share = round(FULL * row.uses / most)
        row.may_change = may_change_canned(user, row)
    return {"section": "canned", "page": page, "tabs": tabs, "tab": tab["key"], "search": words}


def in_composer(user, conversation) -> list[CannedResponse]:
    """Return those this person may use, filled in for the conversation, most used first."""
    values = values_for(conversation, user)
    rows = CannedResponse.objects.for_user(user).prefetch_related("files").used_most()
    found = list(rows[:MOST_IN_COMPOSER])
    for row in found:
        row.filled = fill_in(row.body, values)
    return found


def as_read(body: str, user) -> tuple[str, str]:
    """Return a text filled in for a customer of the house, and that customer's name; '' for nobody."""
    recent = visible_conversations(user).select_related("customer", "queue")
    sample = recent.order_by("-last_message_at", "-id").first()
    if sample is None:
        return body, ""
    return fill_in(body, values_for(sample, user)), sample.customer.display_name


def _tabs(user, seen) -> list[dict]:
    """All, one's own, each queue's, everybody's, with how many there are."""
    own, shared = Q(owner=user), Q(owner=None, queue=None)
    kinds = [("all", Q()), ("mine", own)]
    counts = seen.aggregate(
        all=Count("pk"), mine=Count("pk", filter=own), shared=Count("pk", filter=shared)
    )
    tabs = [{"key": key, "condition": found, "count": counts[key]} for key, found in kinds]
    by_queue = dict(
        seen.filter(owner=None).values_list("queue").annotate(Count("pk")).order_by("queue")
    )
    for queue in visible_queues(user):
        facts = {"label": queue.name, "count": by_queue.get(queue.pk, 0)}
        tabs.append({"key": str(queue.pk), "condition": Q(owner=None, queue=queue), **facts})
    return [*tabs, {"key": "shared", "condition": shared, "count": counts["shared"]}]


def _found(rows, words: str):
    if not words:
        return rows
    words = words.removeprefix("/")
    by_text = Q(body__icontains=words) | Q(title__icontains=words)
    return rows.filter(Q(shortcut__icontains=words) | by_text)
