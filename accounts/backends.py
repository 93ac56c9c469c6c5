"""Who somebody is, by e-mail or username, and what their role lets them do."""

from django.contrib.auth.backends import BaseBackend

from accounts.actions.users import require_new_password
from accounts.hashers import is_weak
from accounts.models import User
from accounts.roles import permissions_of


class EmailOrUsernameBackend(BaseBackend):
    """Log in with either name, whatever its case; permissions come from the role alone."""

    def authenticate(self, request, username=None, password=None, email=None, **kwargs):
        if password is None:
            return None
        user = find_user(username or email or "")
        if user is None:
            # As long as a right name with a wrong password takes: names cannot be guessed by time.
            User().set_password(password)
            return None
        weak = is_weak(user.password)
        # The password is checked before anything else is looked at, for the same reason.
        if not user.check_password(password) or not user.is_active:
            return None
        if weak:
            require_new_password(user)
        return user

    def get_user(self, user_id):
        return User.objects.active().filter(pk=user_id).first()

    def get_user_permissions(self, user_obj, obj=None):
        return permissions_of(user_obj.role) if works_here(user_obj) else frozenset()

    def has_perm(self, user_obj, perm, obj=None):
        if not works_here(user_obj):
            return False
        return user_obj.is_admin or perm in permissions_of(user_obj.role)

    def has_module_perms(self, user_obj, app_label):
        if not works_here(user_obj):
            return False
        allowed = permissions_of(user_obj.role)
        return user_obj.is_admin or any(name.startswith(f"{app_label}.") for name in allowed)


def find_user(login: str) -> User | None:
    """Find by username first, so that nobody's e-mail can shadow another's username."""
    name = login.strip().replace("\0", "")
    if not name:
        return None
    by_username = User.objects.filter(username__iexact=name).first()
    return by_username or User.objects.filter(email__iexact=name).first()


def works_here(user) -> bool:
    return user.is_active and not user.is_anonymous
