import hashlib
import hmac
import re
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import site_setting
from conversations import phone_numbers
from conversations.models.channels import Channel
from helpdesk.core.fields import EncryptedTextField
from helpdesk.core.models import UUIDModel


def document_hash(document: str) -> str:
    """Return the keyed hash by which a CPF or CNPJ is found without being readable."""
    digits = re.sub(r"\D", "", document)
    return hmac.new(settings.HASH_KEY.encode(), digits.encode(), hashlib.sha256).hexdigest()


class CustomerQuerySet(models.QuerySet):
    def known(self):
        return self.filter(anonymized_at=None)


class Customer(UUIDModel):
    """A person who writes. The phone may be unknown."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, null=True, blank=True)
    document = EncryptedTextField(_("CPF or CNPJ"), blank=True)
    document_hash = models.CharField(
        _("hash of the document"), max_length=64, blank=True, editable=False
    )
    email = models.EmailField(_("e-mail"), blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    neighbourhood = models.CharField(_("neighbourhood"), max_length=80, blank=True)
    contract = models.CharField(_("contract"), max_length=40, blank=True)
    plan = models.CharField(_("plan"), max_length=80, blank=True)
    due_day = models.PositiveSmallIntegerField(_("due day"), null=True, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    tags = models.ManyToManyField(
        "conversations.Tag", blank=True, related_name="customers", verbose_name=_("tags")
    )
    last_contacted_at = models.DateTimeField(_("last contacted at"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("blocked at"), null=True, blank=True)
    anonymized_at = models.DateTimeField(_("anonymised at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # Grows with every change that a page shows: of a field, a tag, a note, a consent, by a joining.
    version = models.PositiveBigIntegerField(_("version"), default=0, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["name"], name="conversations_customer_name"),
            models.Index(fields=["phone"], name="conversations_customer_phone"),
            models.Index(
                fields=["document_hash"],
                condition=~models.Q(document_hash=""),
                name="conversations_customer_doc",
            ),
            models.Index(
                fields=["contract"],
                condition=~models.Q(contract=""),
                name="conversations_customer_contr",
            ),
            models.Index(fields=["city", "neighbourhood"], name="conversations_customer_city"),
            # The list's filter does not mind capitals.
            models.Index(Upper("city"), name="conversations_city_any_case"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, **options):
        self.document_hash = document_hash(self.document) if self.document else ""
        if options.get("update_fields") is not None and "document" in options["update_fields"]:
            options["update_fields"] = {*options["update_fields"], "document_hash"}
        super().save(**options)

    @property
    def display_name(self) -> str:
        return self.name or self.readable_phone or str(_("Unnamed customer"))

    @property
    def readable_phone(self) -> str:
        return phone_numbers.readable(self.phone or "")

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def readable_document(self) -> str:
        """The whole document as it is written; showing it is audited (document_revealed)."""
        digits = re.sub(r"\D", "", self.document)
        if len(digits) == 11:
            return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
        if len(digits) == 14:
            return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"
        return self.document

    @property
    def masked_document(self) -> str:
        """The document with only its middle digits readable, as spec/07 wants it by default."""
        digits = re.sub(r"\D", "", self.document)
        if not digits:
            return ""
        return (
            "•••." + digits[3:6] + ".•••-••"
            if len(digits) == 11
            else f"••.{digits[2:5]}.•••/••••-••"
        )


class IdentityKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    WA_ID = "wa_id", _("WhatsApp id")
    BSUID = "bsuid", _("Business-scoped user id")
    LID = "lid", _("Privacy id")


class CustomerIdentity(UUIDModel):
    """One way by which a customer is recognised."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="identities", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=IdentityKind.choices)
    value = models.CharField(_("value"), max_length=255)
    raw_value = models.CharField(_("value as received"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="conversations_identity_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class CustomerMerge(UUIDModel):
    """Two customers became one; keeps what is needed to take it back."""

    kept = models.ForeignKey(
        Customer, models.CASCADE, related_name="merges", verbose_name=_("customer who was kept")
    )
    merged_id = models.UUIDField()
    data = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who did it"),
    )
    occurred_at = models.DateTimeField(_("joined at"))
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("joining of customers")
        verbose_name_plural = _("joinings of customers")

    def __str__(self) -> str:
        return f"{self.merged_id} -> {self.kept_id}"

    @property
    def merged_name(self) -> str:
        """What the customer who is no more was called."""
        given = self.data.get("customer", {})
        return given.get("name") or given.get("phone") or str(self.merged_id)


class CustomerNote(UUIDModel):
    """What colleagues should know of a customer, whichever conversation they are in."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="notes", verbose_name=_("customer")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    body = models.TextField(_("text"), max_length=4000)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)

    class Meta:
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="conversations_customer_notes")
        ]

    def __str__(self) -> str:
        return self.body[:60]


class AttributeDefinition(UUIDModel):
    """A field of their own that a provider keeps about customers."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(
        _("type"),
        max_length=10,
        default="text",
        choices=[
            ("text", _("Text")),
            ("number", _("Number")),
            ("date", _("Date")),
            ("boolean", _("Yes or no")),
            ("choice", _("Choice")),
        ],
    )
    choices = models.JSONField(_("choices"), default=list, blank=True)

    class Meta:
        verbose_name = _("customer attribute")
        verbose_name_plural = _("customer attributes")

    def __str__(self) -> str:
        return self.name


class Contact(UUIDModel):
    """A customer on one channel: where to send, and how long free text may be sent."""

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="contacts", verbose_name=_("channel")
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="contacts", verbose_name=_("customer")
    )
    send_to = models.CharField(_("sent to"), max_length=255, blank=True)
    send_to_is_bsuid = models.BooleanField(_("sent to the business-scoped id"), default=False)
    window_expires_at = models.DateTimeField(_("free text until"), null=True, blank=True)
    free_entry_until = models.DateTimeField(_("free of charge until"), null=True, blank=True)
    last_inbound_at = models.DateTimeField(
        _("last message of the customer at"), null=True, blank=True
    )
    unreachable_at = models.DateTimeField(_("found without WhatsApp at"), null=True, blank=True)
    # Pace per pair (spec/03, 4.5): the theoretical arrival time of the next message's token.
    paced_until = models.DateTimeField(_("paced until"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "customer"], name="conversations_contact_once"
            )
        ]
        indexes = [models.Index(fields=["customer"], name="conversations_contact_customer")]

    def __str__(self) -> str:
        return f"{self.customer} @ {self.channel}"

    def window_is_open(self, at) -> bool:
        """Whether free text may be sent at this moment (UTC); always on a gateway channel.

        Some minutes of margin (site setting): what is queued now has still to arrive in time.
        """
        if not self.channel.has_service_window:
            return True
        return bool(self.window_closes_at and at < self.window_closes_at)

    @property
    def window_closes_at(self):
        """When we stop taking free text: the margin before WhatsApp does. None: it never opened."""
        margin = timedelta(minutes=site_setting("window_margin_minutes"))
        return self.window_expires_at and self.window_expires_at - margin


class Consent(UUIDModel):
    """A customer's yes or no for one purpose. Append-only: the latest row counts."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(
        max_length=12, choices=[("service", _("Service")), ("marketing", _("Marketing"))]
    )
    given = models.BooleanField()
    how = models.CharField(max_length=20)
    text_shown = models.TextField(blank=True)
    message = models.ForeignKey("conversations.Message", models.SET_NULL, null=True, blank=True)
    occurred_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["customer", "purpose", "-occurred_at"], name="conversations_consent_latest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.purpose} {'+' if self.given else '-'}"
