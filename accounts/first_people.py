"""The first step that is about people."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.first_steps import Step
from accounts.models import Invitation, User
from accounts.models.users import Role


def people() -> Step:
    """Somebody besides administrators can answer customers."""
    working = User.objects.active().filter(role__in=[Role.AGENT, Role.SUPERVISOR]).count()
    invited = Invitation.objects.filter(accepted_at=None, revoked_at=None).count()
    text = ngettext(
        "%d agent or supervisor works here.", "%d agents and supervisors work here.", working
    )
    if not working:
        text = _("Agents get a link by e-mail and choose their password themselves.")
    elif invited:
        waiting = ngettext("%d invitation waits.", "%d invitations wait.", invited) % invited
        text = f"{text % working} {waiting}"
    else:
        text %= working
    return Step(
        _("Invite the team"), text, working > 0, reverse("accounts:users"), _("Invite people")
    )
