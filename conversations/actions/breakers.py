"""Circuit breakers, as people hear of them and as administrators close them by hand."""

from django.utils.translation import gettext as _

from accounts.actions import audit
from conversations.actions import notices
from conversations.actions.errors import Refused
from conversations.models import NoticeKind
from helpdesk.core.breaker import BreakerState, known


def note_opened(state: BreakerState) -> None:
    """Tell administrators that a service is left alone for a while."""
    notices.raise_notice(
        NoticeKind.BREAKER, _cause(state.name), name=state.name, details=state.last_error
    )


def note_closed(state: BreakerState) -> None:
    """The service answers again, or somebody says that it is to be tried."""
    notices.resolve(_cause(state.name))


def reset(name: str, *, by) -> None:
    """Close a breaker by hand; raises Refused when there is none of that name."""
    breaker = known(name)
    if breaker is None:
        raise Refused(_("There is no breaker of this name."), "unknown")
    before = breaker.state()
    breaker.reset()
    audit.record(
        audit.AuditKind.OBJECT_CHANGED,
        actor=by,
        target=_("Breaker %(name)s") % {"name": name},
        before={"state": before.state, "failures": before.failures},
        after={"state": "closed", "failures": 0},
    )


def _cause(name: str) -> str:
    return f"{NoticeKind.BREAKER}:{name}"
