"""Templates go to the simulated WhatsApp and come back over HTTP, both ways."""

import pytest

from conversations.actions import templates as actions
from conversations.actions.errors import Refused
from conversations.models import SimulatorTemplate, Template
from conversations.providers.cloud.templates import Content, components_of, content_of
from conversations.providers.simulator import approval
from conversations.tests.templates.conftest import VISIT
from helpdesk.core import leases

pytestmark = pytest.mark.django_db(transaction=True)


def at_whatsapp(simulator, name="aviso", **fields) -> SimulatorTemplate:
    count = SimulatorTemplate.objects.count()
    return SimulatorTemplate.objects.create(
        waba=simulator.waba, template_id=f"7{count:016d}", name=name, language="pt_BR",
        category="UTILITY", components=components_of(VISIT),
        **{"parameter_format": "NAMED", "status": "APPROVED", **fields},
    )  # fmt: skip


def submitted(simulator, content=VISIT, name="visita_marcada") -> Template:
    return actions.submit(
        Template(waba=simulator.waba), name=name, language="pt_BR", category="UTILITY",
        content=content,
    )  # fmt: skip


def test_synchronising_brings_every_page_once_and_again_changes_nothing(simulator, monkeypatch):
    monkeypatch.setattr("conversations.providers.cloud.templates.PAGE_SIZE", 2)
    for number in range(5):
        at_whatsapp(simulator, f"aviso_{number}")
    assert actions.sync(simulator.waba) == 5
    before = list(Template.objects.in_order().values_list("pk", "name", "status"))
    assert actions.sync(simulator.waba) == 5
    assert list(Template.objects.in_order().values_list("pk", "name", "status")) == before
    assert content_of(Template.objects.first().components) == VISIT


def test_what_is_gone_at_whatsapp_is_marked_and_a_draft_stays(simulator):
    kept, gone = at_whatsapp(simulator, "fica"), at_whatsapp(simulator, "sai")
    Template.objects.create(waba=simulator.waba, name="rascunho")
    actions.sync(simulator.waba)
    gone.delete()
    SimulatorTemplate.objects.filter(pk=kept.pk).update(status="PAUSED", quality="RED")
    actions.sync(simulator.waba)
    found = dict(Template.objects.values_list("name", "status"))
    assert found == {"fica": "PAUSED", "sai": "DELETED", "rascunho": "DRAFT"}
    assert Template.objects.get(name="fica").quality == "RED"


def test_two_synchronisations_do_not_fight(simulator):
    at_whatsapp(simulator)
    leases.acquire(f"templates.{simulator.waba.pk}", "somebody else", 60)
    assert actions.sync(simulator.waba) == 0
    assert not Template.objects.exists()


def test_what_was_announced_while_the_list_was_read_is_not_taken_back(simulator):
    from django.utils import timezone

    at_whatsapp(simulator)
    actions.sync(simulator.waba)
    later = timezone.now() + timezone.timedelta(minutes=1)
    Template.objects.update(status="PAUSED", status_at=later)
    actions.sync(simulator.waba)
    assert Template.objects.get().status == "PAUSED"


def test_whatsapp_out_of_service_leaves_the_templates_as_they_are(simulator, approved):
    from conversations.models import SimulatorSetting

    SimulatorSetting.objects.create(pk=1, server_error_percent=100)
    with pytest.raises(actions.NotSynchronised):
        actions.sync(simulator.waba)
    actions.sync_all()
    assert Template.objects.get().status == "APPROVED"


def test_a_submitted_template_is_reviewed_and_its_approval_arrives_by_webhook(simulator, announce):
    template = submitted(simulator)
    assert (template.status, len(template.provider_id)) == ("PENDING", 17)
    announce()
    template.refresh_from_db()
    assert (template.status, template.rejected_reason) == ("APPROVED", "")


@pytest.mark.parametrize(
    ("decision", "status", "said"),
    [
        ("reject", "REJECTED", "MARKETING"),
        ("pause", "PAUSED", "3 hours"),
        ("disable", "DISABLED", ""),
        ("approve", "APPROVED", ""),
    ],
)
def test_a_decision_at_whatsapp_arrives_with_its_reason(
    simulator, announce, decision, status, said
):
    template = submitted(simulator)
    approval.decide(SimulatorTemplate.objects.get(), decision)
    announce()
    template.refresh_from_db()
    assert template.status == status
    assert said in template.notice


def test_an_older_announcement_that_comes_late_changes_nothing(simulator, announce):
    template = submitted(simulator)
    held = approval.find(template.provider_id)
    approval.decide(held, "pause")
    announce()
    Template.objects.update(status_at="2030-01-01T00:00Z")
    approval.decide(held, "approve")
    announce()
    assert Template.objects.get().status == "PAUSED"


def test_a_rejected_template_is_changed_and_submitted_again(simulator, announce):
    template = submitted(simulator)
    approval.decide(SimulatorTemplate.objects.get(), "reject")
    announce()
    template.refresh_from_db()
    better = Content(
        body="Oi, {{nome}}! Está tudo pronto para a sua visita.", examples=VISIT.examples
    )
    actions.submit(
        template, name=template.name, language="pt_BR", category="MARKETING", content=better
    )
    held = SimulatorTemplate.objects.get()
    assert (held.status, held.category) == ("PENDING", "MARKETING")
    assert content_of(held.components).body == better.body
    announce()
    template.refresh_from_db()
    assert (template.status, template.category) == ("APPROVED", "MARKETING")


def test_an_approved_template_may_be_edited_once_a_day(simulator, approved):
    change = {"name": approved.name, "language": "pt_BR", "category": "UTILITY", "content": VISIT}
    actions.submit(approved, **change)
    SimulatorTemplate.objects.update(status="APPROVED")
    Template.objects.update(status="APPROVED")
    approved.refresh_from_db()
    with pytest.raises(Refused, match="24 hours"):
        actions.submit(approved, **change)
    assert Template.objects.get().status == "APPROVED"


def test_what_whatsapp_refuses_stays_as_a_draft_with_its_words(simulator):
    at_whatsapp(simulator, "visita_marcada")
    with pytest.raises(Refused, match="already"):
        submitted(simulator)
    draft = Template.objects.get()
    assert (draft.status, content_of(draft.components)) == ("DRAFT", VISIT)


def test_what_breaks_the_contract_never_leaves_the_house(simulator):
    with pytest.raises(actions.InvalidTemplate) as refusal:
        submitted(simulator, Content(body="{{nome}} começa mal"))
    assert "body" in [one.field for one in refusal.value.problems]
    assert not simulator.simulator_calls.exists()


def test_deleting_takes_one_language_away_here_and_there(simulator, approved):
    other = at_whatsapp(simulator, "visita_marcada_2")
    actions.delete(approved)
    assert not Template.objects.exists()
    assert list(SimulatorTemplate.objects.all()) == [other]


def test_what_is_gone_there_already_can_be_deleted_here(simulator, approved):
    SimulatorTemplate.objects.all().delete()
    actions.delete(approved)
    assert not Template.objects.exists()


def test_an_account_without_a_number_that_speaks_says_so(simulator):
    simulator.is_active = False
    simulator.save()
    with pytest.raises(Refused, match="No active number"):
        actions.sync(simulator.waba)
