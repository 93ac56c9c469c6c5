"""Rows that people configure, whoever changes them and by whichever way."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save

from accounts.admin.base import ReadOnlyAdmin
from accounts.audit.context import acting
from accounts.audit.following import followed_models, inlines_of
from accounts.models import AuditEntry, SiteSetting
from accounts.models.audit import AuditKind
from conversations.models import CannedResponse, Channel, Holiday, QueueMembership, Tag

pytestmark = pytest.mark.django_db
REGISTERED = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
WRITABLE = [
    (model, model_admin)
    for model, model_admin in REGISTERED
    if not isinstance(model_admin, ReadOnlyAdmin) and model._meta.label != "bots.BotSession"
]


@pytest.fixture
def command(cast):
    with acting(command="chores"):
        yield


def only(**facts) -> AuditEntry:
    return AuditEntry.objects.get(**facts)


@pytest.mark.parametrize(
    "model, model_admin", WRITABLE, ids=lambda value: getattr(value, "__name__", "")
)
def test_every_model_of_the_administration_is_followed_with_its_inlines_and_lists(
    model, model_admin
):
    inlines = {inline.model for inline in inlines_of(model_admin)}
    read_only = {"conversations.Contact", "conversations.CustomerIdentity"}
    wanted = {model, *(one for one in inlines if one._meta.label not in read_only)}
    assert wanted <= followed_models()
    for one in wanted:
        for signal in (pre_save, post_save, pre_delete):
            assert signal.has_listeners(one)
        for field in one._meta.many_to_many:
            through = field.remote_field.through
            assert m2m_changed.has_listeners(through) or through in followed_models()


def test_what_only_the_product_writes_is_not_followed():
    labels = {model._meta.label for model in followed_models()}
    assert not labels & {
        "conversations.Conversation", "conversations.Message", "conversations.Contact",
        "conversations.CustomerIdentity", "accounts.AuditEntry", "accounts.PresenceEntry",
    }  # fmt: skip


def test_a_new_row_is_told_with_what_it_holds(command):
    tag = Tag.objects.create(name="VIP", hue=2)
    entry = only(kind=AuditKind.OBJECT_CHANGED)
    assert (entry.before, entry.after) == (None, {"name": "VIP", "hue": 2})
    assert (entry.target_id, entry.target_label) == (str(tag.pk), "VIP")


def test_a_change_is_told_field_by_field_and_rows_by_name(command, cast):
    cast.channel.default_queue = cast.finance
    cast.channel.messages_per_second = 40
    cast.channel.save()
    entry = only(kind=AuditKind.CHANNEL_CHANGED)
    assert entry.before == {
        "default_queue": {"id": str(cast.support.pk), "label": "Suporte"}, "messages_per_second": 80,
    }  # fmt: skip
    assert entry.after["default_queue"]["label"] == "Financeiro"


def test_a_deleted_row_is_told_with_what_it_held(command):
    with acting():
        holiday = Holiday.objects.create(name="Natal", date="2026-12-25")
    Holiday.objects.filter(pk=holiday.pk).delete()
    entry = only(kind=AuditKind.QUEUE_CHANGED)
    assert (entry.before["name"], entry.before["date"], entry.after) == (
        "Natal",
        "2026-12-25",
        None,
    )


def test_saving_without_a_change_is_no_entry(command, cast):
    cast.support.save()
    cast.ana.save(update_fields=["full_name"])
    assert not AuditEntry.objects.exists()


def test_what_the_product_keeps_in_a_row_is_no_change_and_costs_no_question(
    command, cast, django_assert_num_queries
):
    cast.ana.availability = "online"
    with django_assert_num_queries(1):
        cast.ana.save(update_fields=["availability", "last_seen_at"])
    assert not AuditEntry.objects.exists()


def test_background_work_is_not_recorded(cast):
    cast.support.name = "Other"
    cast.support.save()
    assert not AuditEntry.objects.exists()


def test_a_secret_is_told_to_have_changed_but_never_what_it_is(command, cast):
    cast.channel.access_token = "EAAB-very-secret"
    cast.channel.save()
    entry = only(kind=AuditKind.CHANNEL_CHANGED)
    assert set(entry.before) == set(entry.after) == {"access_token"}
    assert entry.after == {"access_token": "••••••"}


def test_an_unchanged_secret_is_no_change(command, cast):
    cast.channel.access_token = "EAAB-very-secret"
    with acting():
        cast.channel.save()
    cast.channel.name = "Outro"
    cast.channel.save()
    assert only(kind=AuditKind.CHANNEL_CHANGED).after == {"name": "Outro"}


def test_a_row_without_its_secrets_loaded_is_saved_without_reading_them(command, cast):
    channel = Channel.objects.defer("access_token", "app_secret").get(pk=cast.channel.pk)
    channel.name = "Outro"
    channel.save()
    assert only(kind=AuditKind.CHANNEL_CHANGED).after == {"name": "Outro"}


def test_a_lost_key_stops_nobody_from_replacing_the_secret(command, cast, settings):
    from cryptography.fernet import Fernet

    from helpdesk.core.fields import fernet

    cast.channel.access_token = "EAAB-very-secret"
    with acting():
        cast.channel.save()
    kept = settings.FERNET_KEYS
    settings.FERNET_KEYS = [Fernet.generate_key().decode()]
    fernet.cache_clear()
    cast.channel.access_token = "a new one"
    cast.channel.save()
    settings.FERNET_KEYS = kept
    fernet.cache_clear()
    entry = only(kind=AuditKind.CHANNEL_CHANGED)
    assert entry.before["access_token"] == entry.after["access_token"] == "••••••"


def test_a_customers_document_is_masked_on_both_sides(command, cast):
    cast.zeca.document = "12345678909"
    with acting():
        cast.zeca.save()
    cast.zeca.document = "98765432100"
    cast.zeca.save()
    entry = only(kind=AuditKind.CUSTOMER_CHANGED)
    assert entry.before == {"document": "•••.456.•••-••"}
    assert entry.after == {"document": "•••.654.•••-••"}


def test_many_to_many_is_told_from_both_sides(command, cast):
    with acting():
        tag = Tag.objects.create(name="VIP")
    cast.zeca.tags.add(tag)
    cast.zeca.tags.remove(tag)
    tag.customers.add(cast.zeca)
    cast.zeca.tags.clear()
    told = [
        (entry.target_label, entry.before, entry.after)
        for entry in AuditEntry.objects.order_by("id")
    ]
    vip, zeca = (
        [{"id": str(tag.pk), "label": "VIP"}],
        [{"id": str(cast.zeca.pk), "label": "Zeca Pereira"}],
    )
    assert told == [
        ("Zeca Pereira", {"tags": []}, {"tags": vip}),
        ("Zeca Pereira", {"tags": vip}, {"tags": []}),
        ("VIP", {"customers": []}, {"customers": zeca}),
        ("Zeca Pereira", {"tags": vip}, {"tags": []}),
    ]


def test_joining_a_queue_is_about_the_person(command, cast):
    QueueMembership.objects.create(queue=cast.finance, user=cast.ana)
    entry = only(kind=AuditKind.QUEUES_CHANGED)
    assert (entry.target_type, entry.target_id) == ("accounts.user", str(cast.ana.pk))
    assert entry.after["queue"]["label"] == "Financeiro"


@pytest.mark.parametrize(
    "changes, kind",
    [
        ({"role": "supervisor"}, AuditKind.ROLE_CHANGED),
        ({"is_active": False}, AuditKind.USER_DEACTIVATED),
        ({"full_name": "Ana S."}, AuditKind.USER_CHANGED),
    ],
)
def test_what_happened_to_a_person_has_a_name_of_its_own(command, ana, changes, kind):
    for name, value in changes.items():
        setattr(ana, name, value)
    ana.save()
    assert only().kind == kind


def test_a_new_password_is_told_and_never_shown(command, ana):
    ana.set_password("another long password")
    ana.save()
    entry = only()
    assert entry.kind == AuditKind.PASSWORD_CHANGED
    assert entry.after == {"password": "••••••"}


def test_the_same_password_hashed_anew_is_no_change(command, ana):
    ana.password = "md5$x$y"
    ana.save(update_fields=["password"])
    assert not AuditEntry.objects.exists()


def test_a_site_setting_is_told_with_its_name(command):
    SiteSetting.objects.create(key="reopen_hours", value=12)
    entry = only(kind=AuditKind.SETTING_CHANGED)
    assert (entry.target_label, entry.after["value"]) == ("reopen_hours", 12)


def test_a_second_factor_is_told_without_its_secret(command, ana):
    secret = {"secret": "JBSWY3DPEHPK3PXP"}
    factor = Authenticator.objects.create(user=ana, type=Authenticator.Type.TOTP, data=secret)
    Authenticator.objects.create(
        user=ana, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "abc"}
    )
    factor.record_usage()
    Authenticator.objects.filter(user=ana).delete()
    told = [(entry.kind, entry.target_label) for entry in AuditEntry.objects.order_by("id")]
    assert told == [
        (AuditKind.TWO_FACTOR_ENABLED, "Ana Souza"),
        (AuditKind.RECOVERY_CODES_CREATED, "Ana Souza"),
        (AuditKind.TWO_FACTOR_DISABLED, "Ana Souza"),
    ]
    assert "JBSWY3DP" not in str(list(AuditEntry.objects.values()))


def test_a_use_of_a_canned_response_is_no_change(command, cast):
    with acting():
        response = CannedResponse.objects.create(shortcut="oi", title="Oi", body="Oi!")
    response.uses = 5
    response.save()
    assert not AuditEntry.objects.exists()
