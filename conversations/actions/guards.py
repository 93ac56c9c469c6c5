"""Who may do something with a conversation, asked of its locked row. Each raises Refused."""

from django.utils.translation import gettext as _

from accounts.models.users import Role
from conversations import access
from conversations.actions.errors import AlreadyTaken, Refused
from conversations.models import Conversation


def require_change(by) -> None:
    """Raise Refused for a role that only reads; `by` None is the house itself."""
    if by is not None and not access.may_change(by):
        raise Refused(_("Your role reads and changes nothing."), "viewer")


def require_open(conversation: Conversation) -> None:
    """Raise Refused when the conversation is closed."""
    if conversation.is_closed:
        raise Refused(_("This conversation is closed."), "closed")


def require_holder(conversation: Conversation, by) -> None:
    """An active conversation is its holder's and the supervisors'; one nobody holds is everybody's."""
    require_change(by)
    if by is None or by.role in (Role.ADMIN, Role.SUPERVISOR):
        return
    if conversation.is_active and conversation.assignee_id not in (None, by.pk):
        raise AlreadyTaken(conversation.assignee)


def require_not_blocked(conversation: Conversation) -> None:
    """Raise Refused when the customer is blocked: nothing is sent to them."""
    if conversation.customer.blocked_at is not None:
        raise Refused(_("This customer is blocked. Unblock them before you write."), "blocked")
