"""What people change on the product's own pages, and what background work changes, by its source."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.models.audit import AuditKind, AuditSource

pytestmark = pytest.mark.django_db


def test_a_role_given_on_the_page_of_users_is_told_with_whoever_gave_it(cast, client_of):
    fields = {"role": "supervisor", "queues": [str(cast.finance.pk)], "capacity": 8}
    page = reverse("accounts:user", args=[cast.ana.pk])
    assert client_of(cast.davi).post(page, fields).status_code == 302
    role = AuditEntry.objects.get(kind=AuditKind.ROLE_CHANGED)
    assert (role.before, role.after) == ({"role": "agent"}, {"role": "supervisor"})
    assert (role.actor_id, role.source) == (cast.davi.pk, AuditSource.PAGE)
    queues = AuditEntry.objects.filter(kind=AuditKind.QUEUES_CHANGED, target_id=str(cast.ana.pk))
    assert {row["queue"]["label"] for row in queues.values_list("before", flat=True) if row} == {
        "Suporte"
    }
    assert {row["queue"]["label"] for row in queues.values_list("after", flat=True) if row} == {
        "Financeiro"
    }
    assert len(set(queues.values_list("request_id", flat=True)) | {role.request_id}) == 1


def test_a_name_changed_by_its_owner_is_told(ana, client_of):
    client_of(ana).post(reverse("accounts:profile_name"), {"full_name": "Ana S."})
    entry = AuditEntry.objects.get(kind=AuditKind.USER_CHANGED)
    assert (entry.actor_id, entry.target_id, entry.after) == (
        ana.pk,
        str(ana.pk),
        {"full_name": "Ana S."},
    )


def test_an_invitation_is_told_without_its_token(davi, client_of, support):
    fields = {"email": "eva@provedor.test", "role": "agent", "queues": [str(support.pk)]}
    client_of(davi).post(reverse("accounts:invite"), fields)
    entry = AuditEntry.objects.get(kind=AuditKind.INVITATION_CREATED)
    assert (entry.actor_id, entry.target_label) == (davi.pk, "eva@provedor.test")
    assert not [name for name in entry.after if "token" in name]


def test_what_is_refused_is_not_told(cast, client_of):
    page = reverse("accounts:user", args=[cast.davi.pk])
    client_of(cast.davi).post(page, {"role": "agent", "capacity": 8})
    assert not AuditEntry.objects.filter(kind=AuditKind.ROLE_CHANGED).exists()


def test_working_in_the_inbox_leaves_no_entries_but_the_opening(ana, client_of, conversation):
    client = client_of(ana)
    client.get(reverse("conversations:conversation", args=[conversation.pk]))
    client.post(reverse("conversations:take", args=[conversation.pk]))
    client.post(reverse("conversations:send", args=[conversation.pk]), {"body": "Oi!"})
    kinds = set(AuditEntry.objects.values_list("kind", flat=True))
    assert kinds == {AuditKind.LOGIN, AuditKind.CUSTOMER_OPENED}
