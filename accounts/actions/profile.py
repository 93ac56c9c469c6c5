"""What people change about themselves."""

from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.hearing import DEFAULTS, hearing_of
from accounts.models import User
from accounts.models.users import PREFERENCES
from accounts.pictures import square_webp


def rename(user: User, full_name: str) -> User:
    """Change somebody's name; customers see the first word of it."""
    user.full_name = full_name.strip()
    user.save(update_fields=["full_name"])
    return user


def set_appearance(user: User, *, language: str, theme: str) -> User:
    """Choose the language ('' is the site's) and the theme (auto, light, dark)."""
    user.language, user.theme = language, theme
    user.save(update_fields=["language", "theme"])
    return user


def set_theme(user: User, theme: str) -> User:
    """Choose the theme only."""
    user.theme = theme
    user.save(update_fields=["theme"])
    return user


def set_preferences(user: User, **chosen: bool) -> User:
    """Keep what somebody prefers; keys are those of PREFERENCES. Raises KeyError for others."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        known = {key: bool(value) for key, value in chosen.items() if PREFERENCES[key] is not None}
        user.preferences = locked.preferences | known
        user.save(update_fields=["preferences"])
    return user


def set_hearing(user: User, **chosen) -> User:
    """Choose how one is told of things; keys are those of hearing.DEFAULTS, what cannot be is left out."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        known = hearing_of(locked.preferences) | {
            key: chosen[key] for key in chosen if key in DEFAULTS
        }
        user.preferences = locked.preferences | {"hearing": hearing_of({"hearing": known})}
        user.save(update_fields=["preferences"])
    return user


def set_avatar(user: User, upload) -> User:
    """Give somebody a picture, cut to a square and encoded anew. Raises UnusablePicture."""
    picture = ContentFile(square_webp(upload))
    former = user.avatar.name
    user.avatar.save(f"{uuid4().hex}.webp", picture, save=False)
    user.save(update_fields=["avatar"])
    _forget_file(user, former)
    return user


def remove_avatar(user: User) -> User:
    """Take the picture away; the initials come back."""
    former = user.avatar.name
    user.avatar = ""
    user.save(update_fields=["avatar"])
    _forget_file(user, former)
    return user


def _forget_file(user: User, name: str) -> None:
    if name:
        storage = User._meta.get_field("avatar").storage
        transaction.on_commit(lambda: storage.delete(name))
