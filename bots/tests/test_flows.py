import pytest
from django.core.exceptions import ValidationError

from bots.actions.flows import FlowHasProblems, publish, save_draft, start_draft
from bots.engine.problems import Problem
from bots.engine.validation import validate
from bots.models import FlowVersion, PublishedVersionIsFixed
from bots.problems import TEXTS, text_of
from bots.tests.engine.flows import MENU
from bots.tests.factories import BotFactory, FlowFactory, KeywordRuleFactory, published_flow
from conversations.actions.errors import Refused

pytestmark = pytest.mark.django_db


def test_a_draft_becomes_the_published_version(davi):
    flow = FlowFactory()
    draft = save_draft(flow, MENU)
    publish(flow, by=davi)
    flow.refresh_from_db()
    assert flow.published == draft
    assert (flow.published.number, flow.published.published_by) == (1, davi)


def test_a_published_version_can_be_neither_changed_nor_deleted():
    version = FlowVersion.objects.get(pk=published_flow().published_id)
    version.definition = {}
    with pytest.raises(PublishedVersionIsFixed):
        version.save()
    with pytest.raises(PublishedVersionIsFixed):
        version.delete()


def test_a_flow_with_errors_is_not_published():
    flow = FlowFactory()
    save_draft(flow, {"start": "gone", "nodes": {}})
    with pytest.raises(FlowHasProblems) as refusal:
        publish(flow)
    assert [problem.code for problem in refusal.value.problems] == ["no_start"]


def test_without_a_draft_there_is_nothing_to_publish():
    with pytest.raises(Refused):
        publish(published_flow())


def test_a_draft_is_begun_from_an_older_version_once():
    flow = published_flow()
    draft = start_draft(flow.published)
    assert (draft.number, draft.definition) == (2, MENU)
    with pytest.raises(Refused):
        start_draft(flow.published)


@pytest.mark.parametrize("code", TEXTS)
def test_each_problem_has_a_sentence(code):
    assert text_of(Problem(code, "menu", "detail")).startswith("menu: ")


def test_what_the_engine_finds_can_be_said():
    assert text_of(validate({})[0])


@pytest.mark.parametrize("fields", [{"reply": ""}, {"words": "(", "match": "regex"}])
def test_a_rule_that_does_nothing_or_cannot_fit_is_refused(fields):
    rule = KeywordRuleFactory.build(bot=BotFactory(), **fields)
    with pytest.raises(ValidationError):
        rule.full_clean()
