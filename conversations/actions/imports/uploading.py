"""What people do with an import: bring a file, choose columns, start, cancel."""

from datetime import timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import audit
from accounts.models.audit import AuditKind
from conversations import events
from conversations.actions.errors import Refused
from conversations.imports import reading, words
from conversations.imports.columns import CONSENT, FIELDS, KEYS, guess_columns
from conversations.models import AttributeDefinition, CustomerImport, CustomerImportRow, ImportState

FILENAME_LENGTH = 200
KEEP_DAYS = 30
OPEN = [ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED, ImportState.RUNNING]
POLICIES = ("update", "fill", "skip")


def upload(file: UploadedFile, *, by) -> CustomerImport:
    """Keep a file (at most 50 MB) and guess its columns; raises Refused when it is no table."""
    if file.size > reading.MAX_BYTES:
        raise Refused(str(words.UNREADABLE["too_large"]), "too_large")
    try:
        table = reading.read_table(file.read())
        examples = table.examples()
    except reading.UnreadableTable as error:
        raise Refused(str(words.UNREADABLE[error.code]), error.code) from error
    guesses = guess_columns(table.titles, _attribute_names())
    file.seek(0)
    made = CustomerImport(
        filename=file.name[-FILENAME_LENGTH:],
        columns=[
            {"name": title, "example": example[:80], "is_sure": guess.is_sure}
            for title, example, guess in zip(table.titles, examples, guesses, strict=True)
        ],
        mapping={str(place): guess.field for place, guess in enumerate(guesses) if guess.field},
        created_by=by,
    )
    made.file.save(f"{made.pk}.table", file, save=False)
    made.save()
    return made


def choose_columns(
    customer_import: CustomerImport, *, by, mapping: dict[str, str], options: dict[str, str]
) -> None:
    """Say what each column becomes, and have the lines checked (again, if they were before).

    `options`: `existing` (update, fill or skip), `consent_text` (where the consents come from),
    `tag` (given to everybody who comes in). Raises Refused with what is missing.
    """
    mapping = {place: name for place, name in mapping.items() if name}
    _require_sound(mapping, options, len(customer_import.columns))
    with transaction.atomic():
        changed = CustomerImport.objects.filter(
            pk=customer_import.pk, state__in=[ImportState.UPLOADED, ImportState.CHECKED]
        ).update(
            state=ImportState.CHECKING, mapping=mapping, options=options, counts={}, error="",
            started_at=timezone.now(),
        )  # fmt: skip
        if not changed:
            raise Refused(_("This import has gone on already."), "gone_on")
        _work_after_commit(customer_import)


def start(customer_import: CustomerImport, *, by) -> None:
    """Write what was checked. Raises Refused unless the check has ended and left something."""
    with transaction.atomic():
        changed = CustomerImport.objects.filter(
            pk=customer_import.pk, state=ImportState.CHECKED
        ).update(state=ImportState.RUNNING, started_at=timezone.now())
        if not changed:
            raise Refused(_("This import has gone on already."), "gone_on")
        customer_import.refresh_from_db()
        if not customer_import.to_import:
            raise Refused(_("No line can be imported. Mend the file and upload it again."), "empty")
        audit.record(
            AuditKind.CUSTOMER_CHANGED, actor=by, target=CustomerImport,
            file=customer_import.filename, lines=customer_import.to_import,
        )  # fmt: skip
        _work_after_commit(customer_import)


def cancel(customer_import: CustomerImport, *, by) -> None:
    """Stop an import; what it has written stays. Raises Refused when it has ended."""
    changed = CustomerImport.objects.filter(pk=customer_import.pk, state__in=OPEN).update(
        state=ImportState.CANCELLED, finished_at=timezone.now()
    )
    if not changed:
        raise Refused(_("This import has ended already."), "ended")


def prune() -> int:
    """Delete files and lines of imports older than 30 days; how many went in and out stays."""
    old = CustomerImport.objects.filter(
        created_at__lt=timezone.now() - timedelta(days=KEEP_DAYS)
    ).exclude(file="")
    for one in old:
        one.file.delete(save=False)
        CustomerImportRow.objects.filter(customer_import=one).delete()
        CustomerImport.objects.filter(pk=one.pk).update(file="", columns=[])
        CustomerImport.objects.filter(pk=one.pk, state__in=OPEN).update(
            state=ImportState.CANCELLED, finished_at=timezone.now()
        )
    return len(old)


def _attribute_names() -> dict[str, str]:
    return dict(AttributeDefinition.objects.values_list("key", "name"))


def _require_sound(mapping: dict[str, str], options: dict[str, str], columns: int) -> None:
    known = {*FIELDS, *(f"attribute:{key}" for key in _attribute_names())}
    places = {str(place) for place in range(columns)}
    if not set(mapping.values()) <= known or not set(mapping) <= places:
        raise Refused(_("One of the columns is not known here. Choose again."), "unknown_column")
    if len(set(mapping.values())) < len(mapping):
        raise Refused(_("Two columns cannot become the same field."), "twice")
    if not set(KEYS) & set(mapping.values()):
        raise Refused(
            _("Choose the column with the phone, the CPF or CNPJ, or the contract."), "no_key"
        )
    if options["existing"] not in POLICIES:
        raise Refused(_("Say what happens to customers who are known already."), "no_policy")
    if CONSENT in mapping.values() and not options["consent_text"]:
        raise Refused(
            _("Say where the consents come from: without it they would be worth nothing."),
            "no_consent_text",
        )


def _work_after_commit(customer_import: CustomerImport) -> None:
    transaction.on_commit(
        lambda: events.import_ready.send_robust(CustomerImport, import_id=customer_import.pk)
    )
