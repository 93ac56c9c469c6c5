"""Two records that are one person: compared side by side, joined, and parted again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conversations import customer_list
from conversations.access import get_customer_to_change, get_merge, visible_customers
from conversations.actions import customers as actions
from conversations.actions.errors import Refused
from conversations.customer_fields import CHOSEN_BETWEEN, COLUMNS
from conversations.customer_forms import JoinForm
from conversations.duplicates import duplicates_of
from conversations.forms import valid
from conversations.views.customer_answers import back, customer_action

FOUND_SHOWN = 10


@login_required
@require_http_methods(["GET", "POST"])
def join(request, customer_id):
    """Choose another record, compare it with this one (?with=), and join the two."""
    if request.method == "POST":
        return _join(request, customer_id)
    customer = get_customer_to_change(request.user, customer_id)
    context = {"customer": customer, "section": "customers"}
    if "with" in request.GET:
        other = get_customer_to_change(request.user, request.GET["with"])
        context |= {"other": other, "rows": _side_by_side(customer, other)}
    else:
        words = request.GET.get("q", "").replace("\0", "").strip()[: customer_list.TEXT_LENGTH]
        context |= {
            "words": words,
            "duplicates": duplicates_of(customer, request.user),
            "found": _found(request.user, customer, words),
        }
    return render(request, "conversations/customer_join.html", context)


@customer_action
def _join(request, customer):
    form = valid(JoinForm(request.POST))
    other = get_customer_to_change(request.user, form.cleaned_data["other"])
    keeps_this = form.cleaned_data["keep"] == "this"
    kept, given = (customer, other) if keeps_this else (other, customer)
    actions.merge(given, into=kept, by=request.user, prefer=form.preferred())
    text = _("%(name)s is one customer now. It can be taken back under “Joined records”.")
    messages.success(request, text % {"name": kept})
    return redirect("conversations:customer", kept.pk)


@login_required
@require_POST
def undo(request, merge_id):
    """Take a joining back."""
    merge = get_merge(request.user, merge_id)
    try:
        parted = actions.unmerge(merge, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(name)s is a customer of their own again.") % {"name": parted}
        )
    return back(request, merge.kept)


def _side_by_side(customer, other) -> list[dict]:
    """Each field in both records; one can choose where both have something else."""
    rows = []
    for name in CHOSEN_BETWEEN:
        field = COLUMNS[name]
        this, that = field.value(customer), field.value(other)
        if this or that:
            differs = bool(this and that and this != that)
            texts = {"this": field.shown(customer), "that": field.shown(other)}
            rows.append({"field": field, "differs": differs, **texts})
    return rows


def _found(user, customer, words: str):
    if not words:
        return []
    rows = visible_customers(user).known().exclude(pk=customer.pk)
    return rows.filter(customer_list.found_by(words)).order_by("-id")[:FOUND_SHOWN]
