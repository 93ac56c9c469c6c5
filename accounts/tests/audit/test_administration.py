"""The administration: every form of it leaves its trace, and none of them a secret."""

import json

import pytest
from django import forms
from django.contrib import admin
from django.urls import reverse

from accounts.audit.following import followed_models
from accounts.models import AuditEntry, SiteSetting
from accounts.models.audit import AuditKind, AuditSource
from bots.tests.engine.flows import MENU
from bots.tests.factories import BotFactory, FlowFactory, KeywordRuleFactory, published_flow
from conversations.models import (
    AttributeDefinition,
    CannedResponse,
    ClosingReason,
    Holiday,
    QueueMembership,
    Tag,
    Template,
    Waba,
)
from helpdesk.testing.cast import PASSWORD

pytestmark = pytest.mark.django_db
SECRET, CPF = "Zx9-the-secret-Qq1", "123.456.789-09"


def draft_version():
    flow = published_flow()
    return flow.versions.create(number=2, definition=flow.published.definition)


# One row of each model that the administration changes.
ROWS = {
    "accounts.SiteSetting": lambda cast: SiteSetting.objects.create(key="reopen_hours", value=12),
    "accounts.User": lambda cast: cast.ana,
    "bots.Bot": lambda cast: BotFactory(),
    "bots.Flow": lambda cast: FlowFactory(),
    "bots.FlowVersion": lambda cast: draft_version(),
    "bots.KeywordRule": lambda cast: KeywordRuleFactory(bot=BotFactory()),
    "conversations.AttributeDefinition": lambda cast: AttributeDefinition.objects.create(
        key="tower", name="Torre", kind="text"
    ),
    "conversations.CannedResponse": lambda cast: CannedResponse.objects.create(
        shortcut="oi", body="Oi!"
    ),
    "conversations.Channel": lambda cast: cast.channel,
    "conversations.ClosingReason": lambda cast: ClosingReason.objects.create(name="Resolvido"),
    "conversations.Customer": lambda cast: cast.zeca,
    "conversations.Holiday": lambda cast: Holiday.objects.create(name="Natal", date="2026-12-25"),
    "conversations.Queue": lambda cast: cast.support,
    "conversations.Tag": lambda cast: Tag.objects.create(name="VIP"),
    "conversations.Template": lambda cast: Template.objects.create(
        waba=Waba.objects.create(waba_id="1"), name="visita"
    ),
    "conversations.Waba": lambda cast: Waba.objects.create(waba_id="1", name="Conta"),
}
# Where a text more says nothing new, or no text is taken.
CHANGES = {
    "accounts.SiteSetting": {"value": 13},
    "bots.FlowVersion": {"definition": json.dumps({**MENU, "note": CPF, "api_key": SECRET})},
    "conversations.Tag": {"name": "VIP 2"},
    "conversations.Template": {"_draft": "1"},
}
CHANGEABLE = sorted(
    model._meta.label for model in admin.site._registry if model in followed_models()
)


def address(row, name: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{name}", args=[row.pk])


def filled(page) -> dict:
    """Return a page's form as a browser would send it, with a secret and a CPF in every text."""
    if "adminform" in page.context:
        forms_of = [page.context["adminform"].form]
    else:
        forms_of = [page.context["form"]]  # a page that is not Django's own
    for inline in page.context.get("inline_admin_formsets", ()):
        forms_of += [inline.formset.management_form, *inline.formset.initial_forms]
    data = {}
    for form in forms_of:
        for name, field in form.fields.items():
            value = field.prepare_value(form.get_initial_for_field(field, name))
            key = form.add_prefix(name)
            if isinstance(field.widget, forms.PasswordInput):
                data[key] = SECRET
            elif isinstance(field, forms.BooleanField):
                data.update({key: "on"} if value else {})
            elif takes_text(field):
                data[key] = f"{value or ''} {CPF}".strip()
            elif value is not None and not isinstance(field.widget, forms.MultiWidget):
                data[key] = value
    return data


def takes_text(field) -> bool:
    is_text = type(field) is forms.CharField and not isinstance(field.widget, forms.HiddenInput)
    return is_text and not field.disabled and (field.max_length or 4000) >= 80


def everything_written() -> str:
    return json.dumps(list(AuditEntry.objects.values()), default=str, ensure_ascii=False)


@pytest.mark.parametrize("label", CHANGEABLE)
def test_every_form_leaves_its_trace_without_a_secret_or_a_document(label, cast, client_of):
    row, client = ROWS[label](cast), client_of(cast.davi)
    page = client.get(address(row, "change"))
    data = filled(page) | CHANGES.get(label, {})
    answer = client.post(address(row, "change"), data)
    assert answer.status_code == 302, answer.context["errors"]
    told = AuditEntry.objects.filter(source=AuditSource.ADMIN, target_id=str(row.pk))
    told = told.exclude(kind=AuditKind.CUSTOMER_OPENED)
    assert told.exists()
    assert {entry.actor_id for entry in told} == {cast.davi.pk}
    written = everything_written()
    assert SECRET not in written
    assert "123.456" not in written and "12345678909" not in written
    assert "access-token" not in written and "bcrypt" not in written


def test_a_number_gets_new_secrets_and_the_trail_says_so(cast, client_of):
    client = client_of(cast.davi)
    client.post(
        address(cast.channel, "change"), filled(client.get(address(cast.channel, "change")))
    )
    cast.channel.refresh_from_db()
    assert cast.channel.access_token == SECRET
    entry = AuditEntry.objects.get(kind=AuditKind.CHANNEL_CHANGED)
    assert {"access_token", "app_secret", "verify_token"} <= set(entry.after)


def test_a_document_in_a_customers_name_is_masked(cast, client_of):
    client = client_of(cast.davi)
    client.post(address(cast.zeca, "change"), filled(client.get(address(cast.zeca, "change"))))
    cast.zeca.refresh_from_db()
    assert CPF in cast.zeca.name
    entry = AuditEntry.objects.get(kind=AuditKind.CUSTOMER_CHANGED)
    assert entry.after["name"] == "Zeca Pereira •••.456.•••-••"


def test_a_new_person_is_told_without_their_password(cast, client_of):
    fields = {
        "username": "eva", "email": "eva@provedor.test", "full_name": "Eva Dias", "role": "agent",
        "usable_password": "true", "password1": SECRET, "password2": SECRET,
    }  # fmt: skip
    assert client_of(cast.davi).post(reverse("admin:accounts_user_add"), fields).status_code == 302
    entry = AuditEntry.objects.get(kind=AuditKind.USER_CREATED)
    assert (entry.after["username"], entry.after["password"]) == ("eva", "••••••")
    assert SECRET not in everything_written()


def test_an_inline_added_and_removed_is_told(cast, client_of):
    client, form = client_of(cast.davi), address(cast.finance, "change")
    data = filled(client.get(form))
    prefix = "memberships"
    data |= {
        f"{prefix}-TOTAL_FORMS": 3,
        f"{prefix}-2-user": str(cast.ana.pk),
        f"{prefix}-2-position": 0,
    }
    assert client.post(form, data).status_code == 302
    joined = AuditEntry.objects.get(kind=AuditKind.QUEUES_CHANGED)
    assert (joined.target_label, joined.before) == ("Ana Souza", None)
    data = filled(client.get(form))
    row = QueueMembership.objects.get(queue=cast.finance, user=cast.ana)
    number = next(key.split("-")[1] for key, value in data.items() if value == row.pk)
    assert client.post(form, data | {f"{prefix}-{number}-DELETE": "on"}).status_code == 302
    left = AuditEntry.objects.filter(kind=AuditKind.QUEUES_CHANGED, after__isnull=True).get()
    assert left.before["queue"]["label"].startswith("Financeiro")


def test_a_many_to_many_of_a_form_is_told(cast, client_of):
    tag, client = Tag.objects.create(name="VIP"), client_of(cast.davi)
    data = filled(client.get(address(cast.zeca, "change"))) | {"tags": [tag.pk]}
    assert client.post(address(cast.zeca, "change"), data).status_code == 302
    told = AuditEntry.objects.filter(kind=AuditKind.CUSTOMER_CHANGED)
    assert [{"id": str(tag.pk), "label": "VIP"}] in [entry.after.get("tags") for entry in told]


def test_deleting_several_is_told_row_by_row(cast, client_of):
    tags = [Tag.objects.create(name=name) for name in ("VIP", "Fibra")]
    data = {
        "action": "delete_selected",
        "_selected_action": [tag.pk for tag in tags],
        "post": "yes",
    }
    assert (
        client_of(cast.davi).post(reverse("admin:conversations_tag_changelist"), data).status_code
        == 302
    )
    told = AuditEntry.objects.filter(kind=AuditKind.OBJECT_CHANGED, after__isnull=True)
    assert {entry.before["name"] for entry in told} == {"VIP", "Fibra"}
    assert not AuditEntry.objects.filter(kind=AuditKind.ADMIN_ACTION).exists()


def test_deleting_one_by_its_page_is_told(cast, client_of):
    tag = Tag.objects.create(name="VIP")
    assert client_of(cast.davi).post(address(tag, "delete"), {"post": "yes"}).status_code == 302
    assert AuditEntry.objects.get(after__isnull=True, before__name="VIP").target_label == "VIP"


def test_an_action_that_uses_bulk_statements_is_told_with_its_rows(cast, client_of):
    data = {"action": "resume_sending", "_selected_action": [cast.channel.pk]}
    client_of(cast.davi).post(reverse("admin:conversations_channel_changelist"), data)
    entry = AuditEntry.objects.get(kind=AuditKind.ADMIN_ACTION)
    assert (entry.target_type, entry.target_id) == ("conversations.channel", "")
    assert entry.facts == {"action": "resume_sending", "rows": 1, "ids": [str(cast.channel.pk)]}


def test_a_supervisor_may_not_write_entries_by_actions_that_are_not_theirs(cast, client_of):
    data = {"action": "replay_parked", "_selected_action": ["1"]}
    answer = client_of(cast.celia).post(reverse("admin:conversations_workitem_changelist"), data)
    assert answer.status_code == 403
    assert not AuditEntry.objects.filter(kind=AuditKind.REPLAY).exists()


def test_a_new_password_by_an_administrator_is_told(cast, client_of):
    page = reverse("admin:auth_user_password_change", args=[cast.ana.pk])
    fields = {"password1": SECRET, "password2": SECRET, "usable_password": "true"}
    assert client_of(cast.davi).post(page, fields).status_code == 302
    entry = AuditEntry.objects.get(kind=AuditKind.PASSWORD_CHANGED)
    assert (entry.target_label, entry.actor_name) == ("Ana Souza", "Davi Rocha")


def test_nobody_changes_or_deletes_entries_there(cast, client_of):
    client_of(cast.davi)
    entry, client = AuditEntry.objects.first(), client_of(cast.davi)
    assert client.get(address(entry, "change")).status_code == 200
    assert client.post(address(entry, "change"), {"kind": "login"}).status_code == 403
    assert client.post(address(entry, "delete"), {"post": "yes"}).status_code == 403


def test_the_password_of_the_cast_is_nowhere(cast, client):
    client.post(reverse("account_login"), {"login": "ana", "password": PASSWORD})
    assert AuditEntry.objects.filter(kind=AuditKind.LOGIN).exists()
    assert PASSWORD not in everything_written()
