"""What people write down about a customer: notes for colleagues, and yes or no for a purpose.

Locks: the customer's row (customer_changes.py).
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models.audit import AuditKind
from conversations.actions.customer_changes import changing_customer
from conversations.actions.errors import Refused
from conversations.models import Consent, Customer, CustomerNote

NOTE_LENGTH = 4_000
TEXT_LENGTH = 2_000
HOW_AGENT = "agent"


def add_note(customer: Customer, *, by, body: str) -> CustomerNote:
    """Write a note that every colleague who sees the customer reads. Raises Refused.

    The same words of the same person sent twice in a row are one note: a form on a weak network.
    """
    body = _checked(body)
    with changing_customer(customer, by=by) as current:
        latest = current.notes.order_by("-created_at", "-pk").first()
        if latest is not None and (latest.author_id, latest.body) == (by.pk, body):
            return latest
        note = CustomerNote.objects.create(customer=current, author=by, body=body)
        audit.record(AuditKind.CUSTOMER_CHANGED, actor=by, target=current, note="added")
    return note


def edit_note(note: CustomerNote, *, by, body: str) -> CustomerNote:
    """Write a note of one's own anew. Raises Refused (another's, gone, empty)."""
    body = _checked(body)
    with changing_customer(note.customer, by=by) as current:
        found = _own(note, by)
        found.body, found.edited_at = body, timezone.now()
        found.save(update_fields=["body", "edited_at"])
        audit.record(AuditKind.CUSTOMER_CHANGED, actor=by, target=current, note="changed")
    return found


def delete_note(note: CustomerNote, *, by) -> None:
    """Delete a note of one's own. Raises Refused (another's, or gone already)."""
    with changing_customer(note.customer, by=by) as current:
        _own(note, by).delete()
        audit.record(AuditKind.CUSTOMER_CHANGED, actor=by, target=current, note="deleted")


def record_consent(
    customer: Customer, *, by, purpose: str, given: bool, text: str, seen: str = ""
) -> Consent:
    """Add what a customer has told `by` about a purpose to the ledger, with the words of it.

    Rows are never changed. `seen` is the id of the row that was the latest for whoever wrote this:
    with another one there meanwhile, or without words, it raises Refused.
    """
    text = text.strip()
    if not text:
        raise Refused(_("Write down what the customer said, or the text they agreed to."), "empty")
    if len(text) > TEXT_LENGTH:
        raise Refused(
            _("The text holds at most %(limit)d characters.") % {"limit": TEXT_LENGTH}, "too_long"
        )
    with changing_customer(customer, by=by) as current:
        latest = current.consents.filter(purpose=purpose).order_by("-occurred_at", "-pk").first()
        if str(latest.pk if latest else "") != seen:
            raise Refused(
                _("Somebody has written down another answer meanwhile. Look at it first."),
                "changed_meanwhile",
            )
        consent = Consent.objects.create(
            customer=current, purpose=purpose, given=given, how=HOW_AGENT, text_shown=text,
            occurred_at=timezone.now(),
        )  # fmt: skip
        audit.record(
            AuditKind.CUSTOMER_CHANGED, actor=by, target=current,
            **{"purpose": purpose, "consent": "given" if given else "withdrawn"},
        )  # fmt: skip
    return consent


def _checked(body: str) -> str:
    body = body.strip()
    if not body:
        raise Refused(_("Write something first."), "empty")
    if len(body) > NOTE_LENGTH:
        raise Refused(
            _("A note holds at most %(limit)d characters.") % {"limit": NOTE_LENGTH}, "too_long"
        )
    return body


def _own(note: CustomerNote, by) -> CustomerNote:
    found = CustomerNote.objects.select_for_update(of=("self",)).filter(pk=note.pk).first()
    if found is None:
        raise Refused(_("This note is not there any more."), "gone")
    if found.author_id != by.pk:
        raise Refused(_("Only who wrote a note changes it."), "not_author")
    return found
