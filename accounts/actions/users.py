"""People who work here: created, changed and let go."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.actions.presence import set_availability
from accounts.actions.sessions import end_sessions
from accounts.models import User
from accounts.models.users import Availability, Role
from accounts.workplaces import current as current_workplaces


class LastAdministrator(Exception):
    """Without this person nobody could administer the site any more; str() is for people."""

    def __init__(self):
        super().__init__(_("At least one active administrator has to remain."))


def create_user(username: str, email: str, password: str | None, **fields) -> User:
    """Create somebody; without a password they cannot log in until one is set."""
    return User.objects.create_user(username, email, password, **fields)


def deactivate_user(user: User) -> User:
    """Let somebody go: no login, no session, offline; sockets and conversations follow by event.

    Raises LastAdministrator.
    """
    with transaction.atomic():
        require_another_administrator(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        set_availability(user, Availability.OFFLINE)
        end_sessions(user)
        events.publish(events.user_deactivated, user.pk)
    return user


def reactivate_user(user: User) -> User:
    """Let somebody log in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    return user


def change_role(user: User, role: str) -> User:
    """Give somebody another role; their open pages are asked again what they may show.

    Raises LastAdministrator.
    """
    with transaction.atomic():
        if role != Role.ADMIN:
            require_another_administrator(user)
        user.role = Role(role)
        user.save(update_fields=["role"])
        events.publish(events.access_changed, user.pk)
    return user


def set_work(user: User, *, role: str, capacity: int, queue_ids, by: User) -> User:
    """Change role, conversations at once and queues of somebody together.

    Raises LastAdministrator; then nothing has changed.
    """
    with transaction.atomic():
        if role != user.role:
            change_role(user, role)
        if capacity != user.capacity:
            user.capacity = capacity
            user.save(update_fields=["capacity"])
        set_queues(user, queue_ids, by=by)
    return user


def set_queues(user: User, queue_ids, *, by: User | None = None) -> bool:
    """Let somebody work in exactly these queues; False when they were these already."""
    workplaces = current_workplaces()
    before = workplaces.ids_of(user.pk)
    with transaction.atomic():
        workplaces.set_queues(user.pk, queue_ids)
        after = workplaces.ids_of(user.pk)
        if set(before) != set(after):
            events.publish(events.access_changed, user.pk)
    return set(before) != set(after)


def require_new_password(user: User) -> User:
    """Make somebody choose a new password before anything else; their open pages lead there."""
    with transaction.atomic():
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
        events.publish(events.access_changed, user.pk)
    return user


def require_another_administrator(user: User) -> None:
    """Raise LastAdministrator when `user` is the only active one. Called inside a transaction."""
    administrators = User.objects.select_for_update().active().filter(role=Role.ADMIN)
    if {administrator.pk for administrator in administrators} == {user.pk}:
        raise LastAdministrator
