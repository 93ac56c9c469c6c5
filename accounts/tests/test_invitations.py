import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.invitations import (
    InvitationRefused,
    accept_invitation,
    invite,
    revoke_invitation,
    send_again,
)
from accounts.models import AuditEntry, Invitation, User
from accounts.models.invitations import token_hash
from accounts.tests.people import is_logged_in, log_in

PASSWORD = "senha de quem chega"


@pytest.fixture
def sent(davi, support):
    return invite(
        "eva@provedor.test", by=davi, role="agent", queue_ids=[support.pk], full_name="Eva"
    )


def token_of(sent) -> str:
    return re.search(r"token=(.+)", sent.link)[1]


def open_link(client, sent):
    path = "/" + sent.link.split("/", 3)[3]
    return client.get(path, follow=True)


def accept(client, **changes):
    form = {
        "full_name": "Eva Dias", "username": "eva", "password1": PASSWORD, "password2": PASSWORD,
        **changes,
    }  # fmt: skip
    return client.post(reverse("accounts:accept_invitation"), form)


def test_an_administrator_invites_and_sees_the_link_once(davi, support, client_of):
    client = client_of(davi)
    form = {"email": "eva@provedor.test", "role": "agent", "queues": [str(support.pk)]}
    page = client.post(reverse("accounts:invite"), form).content.decode()
    assert "/accounts/invitation/open/?token=" in page
    assert mail.outbox[0].to == ["eva@provedor.test"]
    listed = client.get(reverse("accounts:users")).content.decode()
    assert "eva@provedor.test" in listed
    assert "token=" not in listed


def test_only_the_hash_of_the_token_is_kept(sent):
    row = Invitation.objects.get()
    assert row.token_hash == token_hash(token_of(sent))
    assert token_of(sent) not in str(row.__dict__)


def test_the_invited_person_comes_in_with_role_and_queues(
    sent, support, client, django_capture_on_commit_callbacks
):
    assert open_link(client, sent).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert accept(client).status_code == 302
    eva = User.objects.get(username="eva")
    assert (eva.role, eva.email, eva.full_name) == ("agent", "eva@provedor.test", "Eva Dias")
    assert list(eva.queues.all()) == [support]
    assert is_logged_in(client)
    log_in(Client(), "eva", PASSWORD)
    assert AuditEntry.objects.filter(kind="invitation_accepted", actor_id=eva.pk).exists()


def test_the_session_gets_a_new_key_when_somebody_comes_in(sent, client):
    open_link(client, sent)
    planted = client.session.session_key
    accept(client)
    assert client.session.session_key != planted


def test_a_link_works_once(sent, client):
    open_link(client, sent)
    accept(client)
    again = Client()
    assert open_link(again, sent).status_code == 404
    assert accept(again, username="outra").status_code == 404
    assert User.objects.filter(email="eva@provedor.test").count() == 1


def test_a_token_taken_before_is_refused_by_the_action_too(sent):
    accept_invitation(token_of(sent), username="eva", full_name="Eva", password=PASSWORD)
    with pytest.raises(InvitationRefused):
        accept_invitation(token_of(sent), username="eva2", full_name="Eva", password=PASSWORD)


def test_a_revoked_one_is_worth_nothing(sent, davi, client):
    assert revoke_invitation(sent.invitation, by=davi)
    assert open_link(client, sent).status_code == 404
    assert not revoke_invitation(sent.invitation, by=davi)


def test_an_expired_one_is_worth_nothing(sent, client):
    Invitation.objects.update(expires_at=timezone.now())
    assert open_link(client, sent).status_code == 404


def test_it_is_good_for_72_hours(sent):
    left = sent.invitation.expires_at - timezone.now()
    assert 71 < left.total_seconds() / 3600 <= 72


def test_a_new_link_ends_the_old_one(sent, davi, client):
    fresh = send_again(sent.invitation, by=davi)
    assert open_link(client, sent).status_code == 404
    assert open_link(Client(), fresh).status_code == 200


def test_inviting_again_ends_the_earlier_invitation(sent, davi, client):
    invite("EVA@provedor.test", by=davi, role="viewer")
    assert open_link(client, sent).status_code == 404


def test_who_works_here_is_not_invited(ana, davi):
    with pytest.raises(InvitationRefused):
        invite("ANA@provedor.test", by=davi, role="agent")


@pytest.mark.parametrize(
    "changes",
    [
        {"password2": "outra"}, {"password1": "123", "password2": "123"}, {"username": "ANA"},
        {"username": "com espaço"}, {"username": ""}, {"username": "x\0y"}, {"full_name": ""},
        {"password1": "x" * 2000, "password2": "x" * 2000},
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_the_invitation_stays_good(sent, ana, client, changes):
    open_link(client, sent)
    assert accept(client, **changes).status_code == 422
    assert accept(client).status_code == 302


def test_a_mail_that_cannot_be_sent_leaves_the_link_to_hand_over(davi, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    sent = invite("eva@provedor.test", by=davi, role="agent")
    assert not sent.was_mailed
    assert "token=" in sent.link


@pytest.mark.parametrize("who", ["celia", "ana", "vera"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_administrators_invite(cast, client_of, who, method):
    client = client_of(getattr(cast, who))
    assert getattr(client, method)(reverse("accounts:invite")).status_code == 403


@pytest.mark.parametrize("name", ["send_invitation_again", "revoke_invitation"])
def test_only_administrators_change_invitations(sent, cast, client_of, client, name):
    address = reverse(f"accounts:{name}", args=[sent.invitation.pk])
    assert client.post(address).status_code == 302
    assert client_of(cast.celia).post(address).status_code == 403
    assert client_of(cast.davi).get(address).status_code == 405
    assert Invitation.objects.open().count() == 1


def test_without_a_token_there_is_no_page(client, db):
    assert client.get(reverse("accounts:accept_invitation")).status_code == 404
    assert client.get(reverse("accounts:open_invitation"), follow=True).status_code == 404
    assert client.post(reverse("accounts:accept_invitation")).status_code == 404


def test_the_token_is_in_no_log_and_not_in_the_trail(sent, client, caplog, capfd, davi):
    open_link(client, sent)
    accept(client)
    open_link(Client(), sent)
    written = caplog.text + "".join(capfd.readouterr())
    written += " ".join(f"{row.before} {row.after} {row.facts}" for row in AuditEntry.objects.all())
    assert token_of(sent) not in written
    assert token_hash(token_of(sent)) not in written
