"""Templates are written in the administration with a live preview, and submitted to WhatsApp."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from conversations.models import QueueMembership, SimulatorTemplate, Template
from conversations.providers.cloud.templates import content_of

pytestmark = pytest.mark.django_db(transaction=True)


def page(what, *args) -> str:
    return reverse(f"admin:conversations_template_{what}", args=args)


@pytest.fixture
def typed(simulator) -> dict:
    """What a supervisor types."""
    return {
        "waba": simulator.waba_id, "name": "visita_marcada", "language": "pt_BR",
        "category": "UTILITY", "header_kind": "text", "header_text": "Sua visita",
        "body": "Oi, {{nome}}! Sua visita está marcada para amanhã.", "footer": "Provedor",
        "example:body.nome": "Zeca", "button_0_kind": "quick_reply", "button_0_text": "Confirmar",
    }  # fmt: skip


def test_a_supervisor_writes_a_template_and_submits_it(client_of, celia, typed, announce):
    answer = client_of(celia).post(page("add"), {**typed, "_submit": "1"})
    assert answer.status_code == 302
    template = Template.objects.get()
    assert (template.status, SimulatorTemplate.objects.get().name) == ("PENDING", "visita_marcada")
    assert content_of(template.components).buttons[0].text == "Confirmar"
    announce()
    listed = client_of(celia).get(page("changelist")).content.decode()
    assert "Approved" in listed and "Sua visita está marcada" in listed
    assert AuditEntry.objects.filter(target_id=str(template.pk), actor_id=celia.pk).exists()


def test_a_draft_is_kept_unfinished_and_finished_later(client_of, celia, typed):
    client = client_of(celia)
    client.post(page("add"), {**typed, "body": "Oi, {{nome}}", "_draft": "1"})
    draft = Template.objects.get()
    assert (draft.status, content_of(draft.components).body) == ("DRAFT", "Oi, {{nome}}")
    client.post(page("change", draft.pk), {**typed, "_submit": "1"})
    assert Template.objects.get().status == "PENDING"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"body": "Sua visita é {{data}}"}, "neither begin nor end"),
        ({"header_text": "x" * 61}, "WhatsApp allows 60"),
        ({"name": "Visita"}, "small letters a to z"),
        ({"example:body.nome": ""}, "The example of nome is missing."),
        ({"footer": "x" * 61}, "WhatsApp allows 60"),
        ({"button_3_kind": "url", "button_3_text": "Abrir"}, "must begin with http"),
        ({"button_1_kind": "quick_reply", "button_1_text": "Confirmar"}, "the same label"),
    ],
)
def test_each_problem_stands_at_its_field_and_nothing_is_sent(
    client_of, celia, typed, changes, said, simulator
):
    answer = client_of(celia).post(page("add"), {**typed, **changes, "_submit": "1"})
    errors = answer.content.decode().partition("template-side")[0]
    assert answer.status_code == 200 and said in errors
    assert not Template.objects.exists() and not simulator.simulator_calls.exists()


def test_a_refusal_of_whatsapps_is_shown_and_what_was_typed_stays(
    client_of, celia, typed, approved
):
    Template.objects.all().delete()
    answer = client_of(celia).post(page("add"), {**typed, "_submit": "1"})
    assert "There is already pt_BR content" in answer.content.decode()
    assert Template.objects.get().status == "DRAFT"


def test_the_preview_fills_in_the_examples_and_says_what_is_missing(client_of, celia, typed):
    client = client_of(celia)
    shown = client.post(page("preview"), {**typed, "shown_examples": "body.nome"}).content.decode()
    assert ">Zeca</span>! Sua visita" in shown and "Nothing is missing." in shown
    assert "hx-swap-oob" not in shown
    typed["body"] = "Oi, {{nome}}! Sua visita está marcada para {{data}}, às nove."
    shown = client.post(page("preview"), {**typed, "shown_examples": "body.nome"}).content.decode()
    assert "The example of data is missing." in shown
    assert 'name="example:body.data"' in shown and "hx-swap-oob" in shown


@pytest.mark.parametrize("name", ["body", "header_text", "footer", "button_0_text", "name", "waba"])
@pytest.mark.parametrize("value", ["<script>x</script>", "{{", "}}{{", "\x00", "x" * 5000])
def test_whatever_is_typed_previews_and_submits_without_a_fault(
    client_of, celia, typed, name, value
):
    client = client_of(celia)
    shown = client.post(page("preview"), {**typed, name: value})
    assert shown.status_code == 200 and b"<script>x" not in shown.content
    assert client.post(page("add"), {**typed, name: value, "_submit": "1"}).status_code in (
        200,
        302,
    )


def test_a_rejected_template_shows_why_and_is_edited(client_of, celia, approved, typed):
    for model in (Template, SimulatorTemplate):
        model.objects.update(status="REJECTED", rejected_reason="INCORRECT_CATEGORY")
    client = client_of(celia)
    assert "INCORRECT_CATEGORY" in client.get(page("change", approved.pk)).content.decode()
    client.post(page("change", approved.pk), {**typed, "name": "outro", "_submit": "1"})
    approved.refresh_from_db()
    assert (approved.name, approved.status) == ("visita_marcada", "PENDING")
    assert content_of(approved.components).header_text == "Sua visita"


def test_synchronising_at_a_click_tells_how_many_there_are(client_of, celia, approved):
    Template.objects.all().delete()
    answer = client_of(celia).post(page("sync"), follow=True)
    assert "1 templates" in answer.content.decode()
    assert Template.objects.get().status == "APPROVED"


def test_deleting_asks_first_and_takes_it_away_at_whatsapp(client_of, celia, approved):
    client = client_of(celia)
    assert b"30 days" in client.get(page("delete", approved.pk)).content
    client.post(page("delete", approved.pk))
    assert not Template.objects.exists() and not SimulatorTemplate.objects.exists()


def test_a_supervisor_of_other_queues_finds_nothing_of_this_account(
    client_of, celia, cast, approved
):
    QueueMembership.objects.filter(user=celia, queue=cast.support).delete()
    client = client_of(celia)
    assert b"visita_marcada" not in client.get(page("changelist")).content
    assert client.get(page("change", approved.pk)).status_code == 404
    assert client.post(page("delete", approved.pk)).status_code == 404
    assert Template.objects.exists()


def test_agents_do_not_write_templates(client_of, ana, approved):
    for address in (page("add"), page("change", approved.pk), page("preview"), page("sync")):
        assert client_of(ana).post(address, follow=True).status_code == 403
