from pathlib import PurePath

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import UUIDModel

# What the pages obey; printed on the body as data-... (templatetags: preferences).
PREFERENCES = {
    "enter_sends": True,
    "single_keys": True,
    "hides_first_steps": False,
}


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    SUPERVISOR = "supervisor", _("Supervisor")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")


class Availability(models.TextChoices):
    ONLINE = "online", _("Available")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def online(self):
        return self.active().filter(availability=Availability.ONLINE)

    def by_name(self):
        return self.order_by("full_name", "username")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, username, email, password=None, **fields):
        user = self.model(username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, email, password=None, **fields):
        return self.create_user(username, email, password, **{"role": Role.ADMIN, **fields})

    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class User(UUIDModel, AbstractBaseUser, PermissionsMixin):
    """A person who works here. The role says what they may do; queues say where."""

    email = models.EmailField(_("e-mail"))
    username = models.CharField(_("username"), max_length=80)
    full_name = models.CharField(_("full name"), max_length=150)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(_("active"), default=True)

    availability = models.CharField(
        _("availability"), max_length=8, choices=Availability.choices, default=Availability.OFFLINE
    )
    away_reason = models.CharField(_("reason for being away"), max_length=80, blank=True)
    availability_since = models.DateTimeField(_("since"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("conversations at once"), default=8)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)

    must_change_password = models.BooleanField(_("must change the password"), default=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(
        _("theme"),
        max_length=5,
        default="auto",
        choices=[("auto", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    avatar = models.FileField(_("picture"), upload_to="avatars", blank=True)
    preferences = models.JSONField(_("preferences"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email", "full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_username_unique",
                violation_error_message=_("This username is taken."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_unique",
                condition=~models.Q(email=""),
                violation_error_message=_("Somebody else has this e-mail address."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_user_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def first_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else self.username

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens for this person; what it shows follows their permissions."""
        return self.role in (Role.ADMIN, Role.SUPERVISOR)

    @property
    def avatar_url(self) -> str:
        """Where the picture is; a new one has a new address, so that browsers may keep it."""
        if not self.avatar:
            return ""
        version = PurePath(self.avatar.name).stem[:12]
        return f"{reverse('accounts:avatar', args=[self.pk])}?v={version}"

    def preference(self, key: str):
        """Return what this person prefers, the default when they have not said."""
        return self.preferences.get(key, PREFERENCES[key])

    def is_available(self) -> bool:
        return self.is_active and self.availability == Availability.ONLINE
