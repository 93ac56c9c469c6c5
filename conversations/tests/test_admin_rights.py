import pytest
from django.contrib import admin
from django.urls import reverse

from conversations.models import (
    CannedResponse,
    Channel,
    ClosingReason,
    Holiday,
    Queue,
    QueueMembership,
)
from conversations.tests.factories import ChannelFactory

FOR_ADMINISTRATORS = [
    "message", "conversation", "conversationevent", "sendattempt", "webhookevent", "workitem",
]  # fmt: skip
FOR_SUPERVISORS = [
    "channel", "queue", "holiday", "closingreason", "cannedresponse", "tag", "template", "customer",
]  # fmt: skip


def page(name, *args):
    return reverse(f"admin:conversations_{name}", args=args)


@pytest.fixture
def finance_only(cast):
    """Célia without Suporte: supervisor of Financeiro alone."""
    QueueMembership.objects.filter(user=cast.celia, queue=cast.support).delete()
    return cast.celia


def test_agents_and_viewers_do_not_enter(cast, client_of):
    for person in (cast.ana, cast.vera):
        assert client_of(person).get(reverse("admin:index"), follow=True).status_code == 403


def test_anonymous_people_are_sent_to_the_one_login(client, db):
    response = client.get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


@pytest.mark.parametrize("model", FOR_SUPERVISORS)
def test_supervisors_open_what_they_configure(celia, client_of, model):
    assert client_of(celia).get(page(f"{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", FOR_ADMINISTRATORS)
def test_what_people_wrote_and_raw_webhooks_are_for_administrators(cast, client_of, model):
    address = page(f"{model}_changelist")
    assert client_of(cast.celia).get(address).status_code == 403
    assert client_of(cast.davi).get(address).status_code == 200


def test_a_supervisor_finds_only_their_own_queues(cast, client_of, finance_only):
    client = client_of(finance_only)
    assert client.get(page("queue_change", cast.finance.pk)).status_code == 200
    assert client.get(page("queue_change", cast.support.pk)).status_code == 302
    assert b"Suporte" not in client.get(page("queue_changelist")).content


def test_a_supervisor_finds_only_channels_that_lead_to_their_queues(cast, client_of, finance_only):
    own = ChannelFactory(default_queue=cast.finance)
    client = client_of(finance_only)
    assert client.get(page("channel_change", own.pk)).status_code == 200
    assert client.get(page("channel_change", cast.channel.pk)).status_code == 302


def test_a_supervisor_cannot_lead_a_channel_to_a_foreign_queue(cast, client_of, finance_only):
    own = ChannelFactory(default_queue=cast.finance)
    form = {"name": "X", "badge": "X", "badge_hue": 1, "messages_per_second": 80}
    answer = client_of(finance_only).post(
        page("channel_change", own.pk), {**form, "default_queue": cast.support.pk}
    )
    assert answer.status_code == 200
    own.refresh_from_db()
    assert own.default_queue == cast.finance


def test_a_supervisor_changes_neither_the_number_nor_the_secrets_behind_it(cast, client_of):
    form = {
        "name": "Principal", "badge": "P", "badge_hue": 1, "messages_per_second": 80,
        "default_queue": cast.support.pk, "phone_number_id": "999", "provider": "gateway",
        "new_access_token": "stolen", "removed_secrets": ["app_secret"],
    }  # fmt: skip
    assert (
        client_of(cast.celia).post(page("channel_change", cast.channel.pk), form).status_code == 302
    )
    after = Channel.objects.get(pk=cast.channel.pk)
    for field in ("phone_number_id", "provider", "access_token", "app_secret"):
        assert getattr(after, field) == getattr(cast.channel, field)


def test_what_applies_to_all_queues_is_shown_to_supervisors_and_changed_by_administrators(
    cast, client_of
):
    shared = ClosingReason.objects.create(name="Resolvido")
    address = page("closingreason_change", shared.pk)
    form = {"name": "Outro", "queue": cast.support.pk, "position": 0, "required_fields": "[]"}
    assert client_of(cast.celia).get(address).status_code == 200
    assert client_of(cast.celia).post(address, form).status_code == 403
    assert client_of(cast.davi).post(address, {**form, "queue": ""}).status_code == 302


def test_a_supervisor_deletes_nothing_shared_by_the_list_either(cast, client_of):
    shared = CannedResponse.objects.create(shortcut="oi", body="Olá")
    form = {"action": "delete_selected", "_selected_action": [str(shared.pk)], "post": "yes"}
    client_of(cast.celia).post(page("cannedresponse_changelist"), form)
    assert CannedResponse.objects.filter(pk=shared.pk).exists()


def test_a_supervisor_has_to_say_for_which_queue(cast, client_of):
    form = {"date": "2026-12-25", "name": "Natal", "queue": ""}
    client_of(cast.celia).post(page("holiday_add"), form)
    assert not Holiday.objects.exists()
    client_of(cast.davi).post(page("holiday_add"), form)
    assert Holiday.objects.get().queue is None


def test_personal_canned_responses_stay_personal(cast, client_of):
    CannedResponse.objects.create(shortcut="segredo", body="x", owner=cast.ana)
    for person in (cast.celia, cast.davi):
        assert b"segredo" not in client_of(person).get(page("cannedresponse_changelist")).content


def test_a_supervisor_belongs_to_the_queue_they_have_made(celia, client_of):
    form = {
        "name": "Cobrança",
        "hue": 1,
        "position": 3,
        "assignment_rule": "manual",
        "is_active": "on",
    }
    prefixes = ("memberships", "business_hours", "closing_reasons", "sla_policy")
    for prefix in prefixes:
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert client_of(celia).post(page("queue_add"), form).status_code == 302
    assert Queue.objects.for_user(celia).filter(name="Cobrança").exists()


def test_a_supervisor_sees_customers_of_their_conversations_only(
    cast, client_of, conversation, finance_only
):
    address = page("customer_change", cast.zeca.pk)
    assert client_of(finance_only).get(address).status_code == 302
    assert client_of(cast.davi).get(address).status_code == 200


@pytest.mark.parametrize("model", FOR_ADMINISTRATORS)
def test_nothing_written_down_is_added_changed_or_deleted_by_hand(davi, rf, model):
    request = rf.get("/")
    request.user = davi
    registered = {m._meta.model_name: a for m, a in admin.site._registry.items()}
    assert not registered[model].has_add_permission(request)
    assert not registered[model].has_change_permission(request)
    assert not registered[model].has_delete_permission(request)
