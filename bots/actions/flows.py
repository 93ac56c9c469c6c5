"""Drafts and publishing."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bots.engine.problems import Problem
from bots.engine.validation import has_errors, validate
from bots.models import Flow, FlowVersion, VersionState
from conversations.actions.errors import Refused


class FlowHasProblems(Refused):
    """A draft with errors cannot be published; `problems` says which (see bots/problems.py)."""

    code = "flow_problems"

    def __init__(self, problems: list[Problem]):
        super().__init__(_("The flow has errors. Correct them before publishing."))
        self.problems = problems


@transaction.atomic
def save_draft(flow: Flow, definition: dict) -> FlowVersion:
    """Keep a definition as the flow's draft, which may be incomplete."""
    flow = Flow.objects.select_for_update().get(pk=flow.pk)
    draft = flow.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        last = flow.versions.order_by("-number").values_list("number", flat=True).first()
        draft = FlowVersion(flow=flow, number=(last or 0) + 1)
    draft.definition = definition
    draft.save()
    return draft


@transaction.atomic
def start_draft(version: FlowVersion) -> FlowVersion:
    """Begin a draft as a copy of a version. Raises Refused when the flow already has one."""
    Flow.objects.select_for_update().get(pk=version.flow_id)
    if version.flow.versions.filter(state=VersionState.DRAFT).exists():
        raise Refused(_("This flow already has a draft."), "has_draft")
    return save_draft(version.flow, version.definition)


@transaction.atomic
def publish(flow: Flow, *, by=None) -> FlowVersion:
    """Make the draft the version that new conversations run on; running ones keep theirs.

    Raises FlowHasProblems, and Refused when there is no draft.
    """
    flow = Flow.objects.select_for_update().get(pk=flow.pk)
    draft = flow.versions.filter(state=VersionState.DRAFT).first()
    if draft is None:
        raise Refused(_("There is no draft to publish."), "no_draft")
    problems = validate(draft.definition)
    if has_errors(problems):
        raise FlowHasProblems(problems)
    draft.state = VersionState.PUBLISHED
    draft.published_at = timezone.now()
    draft.published_by = by
    draft.save()
    flow.published = draft
    flow.last_error, flow.last_error_at = "", None
    flow.save(update_fields=["published", "last_error", "last_error_at"])
    return draft
