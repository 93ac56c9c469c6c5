"""Encrypting stored secrets anew with the first key of FERNET_KEYS, so that older keys can go."""

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from helpdesk.core.fields import EncryptedTextField, fernet

ROWS_AT_ONCE = 500

# Secrets that stand elsewhere than in an EncryptedTextField: functions that rotate them and
# return how many. Filled when the apps are ready.
others: dict[str, Callable[[], int]] = {}


def rotate_all() -> Iterator[tuple[str, int]]:
    """Encrypt every stored secret anew; yield what and how many.

    Runs beside a working site and may be interrupted: each batch is a transaction of its own, and
    both keys open everything in between. Raises UndecryptableValue when no key opens a secret.
    """
    for model in apps.get_models():
        fields = [
            field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)
        ]
        if fields:
            yield model._meta.label, _rotate(model, fields)
    for name, rotate in others.items():
        yield name, rotate()


def again(encrypted: str) -> str:
    """Return a token encrypted with the first key. Raises InvalidToken."""
    return fernet().rotate(encrypted.encode()).decode()


def _rotate(model: type[Model], fields: list) -> int:
    names = [field.name for field in fields]
    done, last = 0, None
    while True:
        rows = model._base_manager.order_by("pk").only("pk", *names)
        with transaction.atomic():
            page = list(
                (rows if last is None else rows.filter(pk__gt=last)).select_for_update()[
                    :ROWS_AT_ONCE
                ]
            )
            # Reading has decrypted and writing encrypts with the first key.
            model._base_manager.bulk_update(page, names)
        if not page:
            return done
        done, last = done + len(page), page[-1].pk
