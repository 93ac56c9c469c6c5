import pytest
from django.urls import reverse

from accounts.models import SiteSetting, User, UserSession, site_setting
from conversations.models import QueueMembership
from helpdesk.testing.cast import PASSWORD

EMPTY_INLINE = {"queue_memberships-TOTAL_FORMS": 0, "queue_memberships-INITIAL_FORMS": 0}


def change_page(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def form(user, **changes):
    return {
        "username": user.username, "email": user.email, "full_name": user.full_name,
        "role": user.role, "is_active": "on", "capacity": 8, "language": "",
        "queue_memberships-TOTAL_FORMS": 0, "queue_memberships-INITIAL_FORMS": 0, **changes,
    }  # fmt: skip


def test_an_administrator_creates_somebody_who_can_log_in(davi, client_of, client):
    fields = {
        "username": "eva", "email": "eva@provedor.test", "full_name": "Eva Dias", "role": "agent",
        "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD,
    }  # fmt: skip
    assert client_of(davi).post(reverse("admin:accounts_user_add"), fields).status_code == 302
    assert client.login(username="eva", password=PASSWORD)


def test_a_username_that_differs_only_in_case_is_refused(davi, ana, client_of):
    fields = {
        "username": "ANA", "email": "x@provedor.test", "full_name": "X", "role": "agent",
        "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD,
    }  # fmt: skip
    assert client_of(davi).post(reverse("admin:accounts_user_add"), fields).status_code == 200


def test_deactivating_by_the_form_ends_sessions(davi, ana, client_of):
    client_of(ana)
    fields = form(ana)
    del fields["is_active"]
    assert client_of(davi).post(change_page(ana), fields).status_code == 302
    ana.refresh_from_db()
    assert not ana.is_active
    assert not UserSession.objects.filter(user=ana).exists()


def test_the_last_administrator_cannot_lose_the_role(davi, client_of):
    answer = client_of(davi).post(change_page(davi), form(davi, role="agent"))
    assert answer.status_code == 200
    assert User.objects.get(pk=davi.pk).is_admin


def test_a_password_set_by_an_administrator_has_to_be_changed_and_ends_sessions(
    davi, ana, client_of
):
    client_of(ana)
    fields = {
        "usable_password": "true",
        "password1": "outra senha longa",
        "password2": "outra senha longa",
    }
    address = reverse("admin:auth_user_password_change", args=[ana.pk])
    assert client_of(davi).post(address, fields).status_code == 302
    ana.refresh_from_db()
    assert ana.must_change_password
    assert not UserSession.objects.filter(user=ana).exists()


def test_queues_are_given_on_the_page_of_the_person(davi, ana, finance, client_of):
    row = {"queue": finance.pk, "position": 0, "user": ana.pk, "id": ""}
    inline = {f"queue_memberships-0-{name}": value for name, value in row.items()}
    existing = QueueMembership.objects.get(user=ana)
    kept = {"id": existing.pk, "user": ana.pk, "queue": existing.queue_id, "position": 0}
    inline |= {f"queue_memberships-0-{name}": value for name, value in kept.items()}
    inline |= {f"queue_memberships-1-{name}": value for name, value in row.items()}
    inline |= {"queue_memberships-TOTAL_FORMS": 2, "queue_memberships-INITIAL_FORMS": 1}
    assert client_of(davi).post(change_page(ana), form(ana, **inline)).status_code == 302
    assert set(ana.queues.values_list("name", flat=True)) == {"Suporte", "Financeiro"}


def test_a_supervisor_sees_people_but_neither_addresses_nor_passwords(celia, ana, client_of):
    client = client_of(celia)
    content = client.get(change_page(ana)).content.decode()
    assert ana.full_name in content
    assert ana.email not in content
    assert "bcrypt" not in content
    assert client.post(change_page(ana), form(ana, role="admin")).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[ana.pk])).status_code == 403
    assert client.get(reverse("admin:accounts_sitesetting_changelist")).status_code == 403


@pytest.mark.parametrize(
    ("value", "accepted"), [("48", True), ('"x"', False), ("-1", False), ("true", False)]
)
def test_a_setting_takes_values_of_its_kind(davi, client_of, value, accepted):
    fields = {"key": "reopen_hours", "value": value}
    client_of(davi).post(reverse("admin:accounts_sitesetting_add"), fields)
    assert SiteSetting.objects.exists() is accepted
    assert site_setting("reopen_hours") == (48 if accepted else 24)
