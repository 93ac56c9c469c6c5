"""Célia works in Suporte and Financeiro; the number of Comercial is none of hers."""

import json
from types import SimpleNamespace

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bots.models import Bot, Flow, FlowVersion, KeywordRule
from bots.tests.engine.flows import MENU
from bots.tests.factories import BotFactory, FlowFactory, KeywordRuleFactory
from conversations.tests.factories import ChannelFactory, QueueFactory

pytestmark = pytest.mark.django_db
NO_RULES = {"keyword_rules-TOTAL_FORMS": 0, "keyword_rules-INITIAL_FORMS": 0}
WORDS = {"words": "oi", "match": "any", "reply": "Olá", "priority": 1}
MISSING = "01a1f956-0000-7000-8000-000000000000"


def page(name, *arguments):
    return reverse(f"admin:bots_{name}", args=arguments)


def bot_on(*channels, **fields):
    bot = BotFactory(**{"is_default": False, **fields})
    bot.channels.set(channels)
    return bot


@pytest.fixture
def bots(cast):
    """One bot of each kind, by how far Célia reaches."""
    sales = QueueFactory(name="Comercial", position=3)
    abroad = ChannelFactory(name="De fora", badge="F", default_queue=sales)
    return SimpleNamespace(
        sales=sales,
        abroad=abroad,
        channel=cast.channel,
        own=bot_on(cast.channel),
        foreign=bot_on(abroad),
        both=bot_on(cast.channel, abroad),
        default=bot_on(is_default=True),
        without=bot_on(),
    )


def rows_of(bot):
    """The pages about a bot, as (model, key)."""
    rule = KeywordRuleFactory(bot=bot)
    draft = FlowVersion.objects.create(flow=bot.flow, number=2, definition={})
    return [(row._meta.model_name, row.pk) for row in (bot, rule, bot.flow, draft)]


@pytest.mark.parametrize(
    ("kind", "opened", "changed"),
    [
        ("own", 200, 200),
        ("both", 200, 403),
        ("default", 200, 403),
        ("without", 200, 403),
        ("foreign", 302, 302),
    ],
)
def test_a_supervisor_changes_bots_of_their_channels_alone(
    celia, client_of, bots, kind, opened, changed
):
    client = client_of(celia)
    for model, key in rows_of(getattr(bots, kind)):
        address = page(f"{model}_change", key)
        assert client.get(address).status_code == opened, model
        # An empty form is shown again with what it lacks.
        assert client.post(address, NO_RULES).status_code == changed, model


def test_what_is_foreign_answers_like_what_is_missing(celia, client_of, bots):
    client = client_of(celia)
    for model, key in rows_of(bots.foreign):
        for verb in ("change", "delete", "history"):
            foreign = client.get(page(f"{model}_{verb}", key))
            missing = client.get(page(f"{model}_{verb}", MISSING))
            assert foreign.status_code == missing.status_code
            assert foreign.headers.get("Location") == missing.headers.get("Location")


def test_lists_and_their_filters_name_nothing_foreign(celia, client_of, bots):
    KeywordRuleFactory(bot=bots.foreign)
    for model in ("bot", "keywordrule", "flow", "flowversion"):
        text = client_of(celia).get(page(f"{model}_changelist")).content.decode()
        assert bots.foreign.name not in text and bots.foreign.flow.name not in text


def test_administrators_change_every_bot(davi, client_of, bots):
    for kind in ("own", "both", "default", "without", "foreign"):
        for model, key in rows_of(getattr(bots, kind)):
            answer = client_of(davi).post(page(f"{model}_change", key), NO_RULES)
            assert answer.status_code == 200, (kind, model)


@pytest.mark.parametrize("name", ["ana", "vera"])
def test_agents_and_viewers_are_led_to_the_login(cast, client_of, bots, name):
    client = client_of(getattr(cast, name))
    for model, key in rows_of(bots.own):
        assert "login" in client.get(page(f"{model}_change", key)).url


def test_a_supervisor_makes_a_bot_for_a_channel_of_theirs(celia, client_of, bots):
    form = {"name": "Nova", "flow": FlowFactory().pk, "is_active": "on", "is_default": "on"}
    client, address = client_of(celia), page("bot_add")
    for channels in ([], [bots.abroad.pk], [bots.channel.pk, bots.abroad.pk]):
        answer = client.post(address, {**form, **NO_RULES, "channels": channels})
        assert answer.status_code == 200 and not Bot.objects.filter(name="Nova").exists()
    client.post(address, {**form, **NO_RULES, "channels": [bots.channel.pk]})
    assert not Bot.objects.get(name="Nova").is_default


def test_a_supervisor_cannot_make_their_bot_answer_elsewhere(celia, client_of, bots):
    form = {"name": "Nova", "flow": bots.own.flow_id, "is_default": "on", **NO_RULES}
    client, address = client_of(celia), page("bot_change", bots.own.pk)
    for wrong in (
        {"channels": [bots.abroad.pk]},
        {"channels": []},
        {"channels": [bots.channel.pk], "flow": bots.foreign.flow_id},
    ):
        assert client.post(address, {**form, **wrong}).status_code == 200
    bots.own.refresh_from_db()
    assert bots.own.name != "Nova" and list(bots.own.channels.all()) == [bots.channel]
    assert client.post(address, {**form, "channels": [bots.channel.pk]}).status_code == 302
    bots.own.refresh_from_db()
    assert bots.own.name == "Nova" and not bots.own.is_default


def test_a_rule_names_nothing_foreign(celia, client_of, bots):
    client, own = client_of(celia), {**WORDS, "bot": bots.own.pk}
    for wrong in (
        {"bot": bots.foreign.pk},
        {"bot": bots.default.pk},
        {"hands_over": "on", "queue": bots.sales.pk},
        {"queues": [bots.sales.pk]},
        {"channels": [bots.abroad.pk]},
        {"flow": bots.foreign.flow_id},
    ):
        assert client.post(page("keywordrule_add"), {**own, **wrong}).status_code == 200, wrong
    assert not KeywordRule.objects.exists()
    fitting = {**own, "channels": [bots.channel.pk], "flow": bots.own.flow_id}
    assert client.post(page("keywordrule_add"), fitting).status_code == 302


def test_a_rule_in_the_form_of_its_bot_names_nothing_foreign(celia, client_of, bots):
    rule = {f"keyword_rules-0-{name}": value for name, value in WORDS.items()}
    form = {
        "name": "Nova", "flow": bots.own.flow_id, "channels": [bots.channel.pk], **rule,
        "keyword_rules-TOTAL_FORMS": 1, "keyword_rules-INITIAL_FORMS": 0,
        "keyword_rules-0-hands_over": "on",
    }  # fmt: skip
    client, address = client_of(celia), page("bot_change", bots.own.pk)
    answer = client.post(address, {**form, "keyword_rules-0-queue": bots.sales.pk})
    assert answer.status_code == 200 and not KeywordRule.objects.exists()
    own_queue = {"keyword_rules-0-queue": bots.channel.default_queue_id}
    assert client.post(address, {**form, **own_queue}).status_code == 302
    assert KeywordRule.objects.get().bot == bots.own


def test_a_rule_that_names_a_foreign_queue_is_read_and_not_lost(celia, client_of, bots):
    rule = KeywordRuleFactory(bot=bots.own, hands_over=True, queue=bots.sales)
    client = client_of(celia)
    assert client.get(page("keywordrule_change", rule.pk)).status_code == 200
    assert client.post(page("keywordrule_change", rule.pk), WORDS).status_code == 403
    assert str(rule.pk) not in client.get(page("bot_change", bots.own.pk)).content.decode()


def test_rules_of_other_bots_are_not_deleted_in_bulk_with_own_ones(celia, client_of, bots):
    own, default, foreign = (
        KeywordRuleFactory(bot=bot) for bot in (bots.own, bots.default, bots.foreign)
    )
    form = {"action": "delete_selected", "post": "yes"}
    client, address = client_of(celia), page("keywordrule_changelist")
    client.post(address, {**form, "_selected_action": [own.pk, default.pk, foreign.pk]})
    assert KeywordRule.objects.count() == 3
    client.post(address, {**form, "_selected_action": [own.pk, foreign.pk]})
    assert set(KeywordRule.objects.all()) == {default, foreign}


def test_a_flow_that_serves_another_bot_too_is_read_only(celia, client_of, bots):
    address = page("flow_change", bots.own.flow_id)
    form = {"name": "Novo", "key": "novo"}
    KeywordRuleFactory(bot=bots.default, flow=bots.own.flow)
    assert client_of(celia).post(address, form).status_code == 403
    KeywordRule.objects.all().delete()
    assert client_of(celia).post(address, form).status_code == 302
    assert Flow.objects.get(pk=bots.own.flow_id).name == "Novo"


def test_a_flow_that_another_bots_flow_leads_to_is_as_that_bots(celia, client_of, bots):
    last, middle = FlowFactory(key="fatura"), FlowFactory(key="financeiro")
    form = {"name": "Novo", "key": "fatura"}
    assert client_of(celia).post(page("flow_change", last.pk), form).status_code == 302
    for flow, key in ((bots.default.flow, "financeiro"), (middle, "fatura")):
        nodes = {"there": {"kind": "jump", "data": {"flow": key}}}
        FlowVersion.objects.create(flow=flow, number=2, definition={"nodes": nodes})
    assert client_of(celia).post(page("flow_change", last.pk), form).status_code == 403


@pytest.mark.parametrize("odd", [[], {"nodes": []}, {"nodes": {"a": 1, "b": {"kind": "jump"}}}])
def test_a_draft_of_any_shape_leads_nowhere(celia, client_of, bots, odd):
    FlowVersion.objects.create(flow=bots.default.flow, number=2, definition=odd)
    assert client_of(celia).get(page("flow_changelist")).status_code == 200


def test_drafts_are_begun_for_flows_of_theirs_and_unused_ones(celia, client_of, bots):
    unused = FlowFactory()
    for flow in (bots.own.flow, bots.default.flow, bots.foreign.flow, unused):
        client_of(celia).post(
            page("flowversion_add"), {"flow": flow.pk, "definition": json.dumps(MENU)}
        )
    drafts = FlowVersion.objects.filter(state="draft")
    assert {draft.flow for draft in drafts} == {bots.own.flow, unused}


@pytest.mark.parametrize("action", ["start_drafts", "publish_drafts"])
def test_actions_refuse_in_words_what_is_not_theirs(celia, client_of, bots, action):
    flows = [bots.own.flow, bots.default.flow, bots.foreign.flow]
    versions = [flow.published for flow in flows]
    if action == "publish_drafts":
        versions = [
            FlowVersion.objects.create(flow=flow, number=2, definition=MENU) for flow in flows
        ]
    answer = client_of(celia).post(
        page("flowversion_changelist"),
        {"action": action, "_selected_action": [one.pk for one in versions]},
    )
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert len(said) == 2
    assert any(f"{versions[1]}: serves bots of other queues" in one for one in said)
    done = FlowVersion.objects.filter(
        number=2, state="draft" if action == "start_drafts" else "published"
    )
    assert [version.flow for version in done] == [bots.own.flow]


def test_the_list_of_bots_takes_as_many_queries_however_many_there_are(
    celia, client_of, bots, django_assert_num_queries
):
    client = client_of(celia)
    client.get(page("bot_changelist"))
    with CaptureQueriesContext(connection) as few:
        client.get(page("bot_changelist"))
    for _number in range(3):
        bot_on(bots.channel)
    with django_assert_num_queries(len(few)):
        client.get(page("bot_changelist"))
