"""The page of people: who works here, filtered, with what stands beside each."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts import two_factor
from accounts.access import people_for
from accounts.models import Invitation, User
from accounts.models.users import Role
from accounts.workplaces import current as current_workplaces

PEOPLE_A_PAGE = 50
GONE = "gone"
ROLE_TABS = {
    Role.ADMIN: _("Administrators"),
    Role.SUPERVISOR: _("Supervisors"),
    Role.AGENT: _("Agents"),
    Role.VIEWER: _("Viewers"),
}


@dataclass(frozen=True)
class Row:
    """One person in the table."""

    user: User
    queues: list[str]
    has_two_factor: bool
    lacks_two_factor: bool


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int


def page_for(request) -> dict:
    """Return the context of the page."""
    everybody = people_for(request.user)
    tab, words = request.GET.get("tab", ""), request.GET.get("q", "").replace("\0", "")[:80].strip()
    found = search(in_tab(everybody, tab), words).annotate(open_sessions=Count("sessions"))
    page = Paginator(found.by_name(), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    may_invite = request.user.has_perm("accounts.add_invitation")
    return {
        "section": "users",
        "rows": rows_of(page.object_list, request.user),
        "page": page,
        "tabs": tabs_of(everybody),
        "tab": tab,
        "words": words,
        "online": everybody.online().count(),
        "may_change": request.user.has_perm("accounts.change_user"),
        "may_invite": may_invite,
        "invitations": invitations() if may_invite else [],
    }


def in_tab(people, tab: str):
    if tab == GONE:
        return people.filter(is_active=False)
    active = people.active()
    return active.filter(role=tab) if tab in Role.values else active


def search(people, words: str):
    if not words:
        return people
    return people.filter(
        Q(full_name__icontains=words) | Q(username__icontains=words) | Q(email__icontains=words)
    )


def tabs_of(people) -> list[Tab]:
    counted = people.active().order_by().values_list("role").annotate(Count("pk"))
    counts = dict(counted)
    roles = [Tab(role.value, label, counts.get(role.value, 0)) for role, label in ROLE_TABS.items()]
    gone = Tab(GONE, "", people.filter(is_active=False).count())
    return [Tab("", "", sum(counts.values())), *roles, *([gone] if gone.count else [])]


def rows_of(people, viewer) -> list[Row]:
    ids = [user.pk for user in people]
    queues = current_workplaces().names_of(ids, viewer)
    protected = two_factor.people_with_it(ids)
    return [
        Row(
            user=user,
            queues=queues.get(user.pk, []),
            has_two_factor=user.pk in protected,
            lacks_two_factor=user.pk not in protected and two_factor.is_required(user),
        )
        for user in people
    ]


def invitations() -> list[Invitation]:
    names = dict(current_workplaces().choices())
    rows = list(
        Invitation.objects.unanswered().select_related("invited_by").order_by("-created_at")[:100]
    )
    for row in rows:
        row.queue_names = [names[key] for key in row.queue_ids if key in names]
    return rows
