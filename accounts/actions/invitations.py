"""Invitations: somebody comes in once, by a link, with the role and the queues given to them."""

import secrets
from dataclasses import dataclass
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import events
from accounts.actions.audit import record
from accounts.actions.mails import send_mail
from accounts.models import Invitation, User
from accounts.models.audit import AuditKind
from accounts.models.invitations import in_72_hours, token_hash

log = structlog.get_logger(__name__)


class InvitationRefused(ValueError):
    """It cannot be sent or accepted; str() is for people."""


@dataclass(frozen=True)
class Sent:
    """An invitation with its link, which is known only now, and whether the mail went out."""

    invitation: Invitation
    link: str
    was_mailed: bool


def invite(email: str, *, by: User, role: str, queue_ids=(), full_name: str = "") -> Sent:
    """Invite somebody; an earlier invitation to the same address ends. Raises InvitationRefused."""
    email = email.strip()
    if User.objects.filter(email__iexact=email).exists():
        raise InvitationRefused(_("Somebody with this e-mail address works here already."))
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        for earlier in Invitation.objects.unanswered().filter(email__iexact=email):
            _revoke(earlier)
        invitation = Invitation.objects.create(
            email=email,
            full_name=full_name.strip(),
            role=role,
            queue_ids=[str(queue_id) for queue_id in queue_ids],
            token_hash=token_hash(token),
            invited_by=by,
        )
    return _send(invitation, token)


def send_again(invitation: Invitation, *, by: User) -> Sent:
    """Make a new link, valid for 72 hours from now; the old one ends. Raises InvitationRefused."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        rows = Invitation.objects.unanswered().select_for_update()
        locked = rows.filter(pk=invitation.pk).first()
        if locked is None:
            raise InvitationRefused(_("This invitation has been accepted or revoked."))
        locked.token_hash, locked.expires_at, locked.invited_by = (
            token_hash(token),
            in_72_hours(),
            by,
        )
        locked.save(update_fields=["token_hash", "expires_at", "invited_by"])
    return _send(locked, token)


def revoke_invitation(invitation: Invitation, *, by: User) -> bool:
    """End an invitation; False when it was answered before."""
    with transaction.atomic():
        rows = Invitation.objects.unanswered().select_for_update()
        locked = rows.filter(pk=invitation.pk).first()
        if locked is not None:
            _revoke(locked)
    return locked is not None


def accept_invitation(token: str, *, username: str, full_name: str, password: str) -> User:
    """Create the invited person; the queues follow by event. Raises InvitationRefused.

    Two who accept at once: the row is claimed by an update, so exactly one comes in.
    """
    try:
        with transaction.atomic():
            invitation = Invitation.objects.open().with_token(token).first()
            if invitation is None or not _claim(invitation):
                raise InvitationRefused(_("This invitation is not valid any more."))
            user = User.objects.create_user(
                username, invitation.email, password, full_name=full_name, role=invitation.role
            )
            record(AuditKind.INVITATION_ACCEPTED, actor=user, target=invitation)
            events.publish(
                events.invitation_accepted, user.pk, queue_ids=list(invitation.queue_ids)
            )
    except IntegrityError as error:
        raise InvitationRefused(_("This username is taken.")) from error
    return user


def _claim(invitation: Invitation) -> bool:
    rows = Invitation.objects.open().filter(pk=invitation.pk)
    return rows.update(accepted_at=timezone.now()) == 1


def _revoke(invitation: Invitation) -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])


def _send(invitation: Invitation, token: str) -> Sent:
    query = urlencode({"token": token})
    link = f"{settings.BASE_URL}{reverse('accounts:open_invitation')}?{query}"
    facts = {"invitation": invitation, "inviter": invitation.invited_by, "link": link}
    try:
        send_mail("invitation", invitation.email, facts)
    except (OSError, SMTPException) as error:
        # The link is shown to whoever invites: they can hand it over themselves.
        log.warning(
            "invitation.not_mailed", invitation=str(invitation.pk), error=type(error).__name__
        )
        return Sent(invitation, link, was_mailed=False)
    return Sent(invitation, link, was_mailed=True)
