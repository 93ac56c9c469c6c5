import json

import pytest
from django.urls import reverse

from bots.actions.flows import save_draft
from bots.actions.sessions import advance
from bots.models import BotSession, FlowVersion
from bots.tests.engine.flows import MENU
from bots.tests.factories import BotFactory, FlowFactory, KeywordRuleFactory, published_flow, says
from conversations.tests.factories import ConversationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_of, davi):
    davi.is_superuser = True
    davi.save()
    return client_of(davi)


def page(name, *arguments):
    return reverse(f"admin:bots_{name}", args=arguments)


def test_all_lists_and_forms_open(admin, cast):
    bot = BotFactory()
    rule = KeywordRuleFactory(bot=bot)
    talk = ConversationFactory(contact=cast.contact)
    says(talk, "oi")
    advance([talk.pk])
    rows = [bot, rule, bot.flow, bot.flow.published, BotSession.objects.get()]
    for row in rows:
        name = row._meta.model_name
        assert admin.get(page(f"{name}_changelist")).status_code == 200
        assert admin.get(page(f"{name}_change", row.pk)).status_code == 200


def test_a_published_definition_is_shown_but_not_editable(admin):
    version = published_flow().published
    response = admin.get(page("flowversion_change", version.pk))
    assert b"<pre>" in response.content and b'name="definition"' not in response.content


def test_a_draft_is_written_checked_and_published(admin):
    flow = FlowFactory()
    admin.post(page("flowversion_add"), {"flow": flow.pk, "definition": json.dumps(MENU)})
    draft = FlowVersion.objects.get()
    admin.post(
        page("flowversion_changelist"),
        {"action": "publish_drafts", "_selected_action": [str(draft.pk)]},
    )
    flow.refresh_from_db()
    assert flow.published == draft


def test_a_draft_with_errors_is_kept_but_not_published(admin):
    draft = save_draft(FlowFactory(), {"start": "a", "nodes": {"a": {"kind": "message"}}})
    response = admin.get(page("flowversion_change", draft.pk))
    assert response.content.count(b"<p>a: ") == 2
    admin.post(
        page("flowversion_changelist"),
        {"action": "publish_drafts", "_selected_action": [str(draft.pk)]},
    )
    draft.refresh_from_db()
    assert not draft.is_published


@pytest.mark.parametrize("definition", ["[]", '{"nodes": 3}', "no json"])
def test_what_is_no_flow_is_refused(admin, definition):
    flow = FlowFactory()
    response = admin.post(page("flowversion_add"), {"flow": flow.pk, "definition": definition})
    assert response.status_code == 200 and not FlowVersion.objects.exists()


def test_a_second_draft_is_refused(admin):
    flow = FlowFactory()
    save_draft(flow, MENU)
    admin.post(page("flowversion_add"), {"flow": flow.pk, "definition": json.dumps(MENU)})
    assert FlowVersion.objects.count() == 1
