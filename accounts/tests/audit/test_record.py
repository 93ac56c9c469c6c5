import pytest
import structlog
from django.test import RequestFactory

from accounts.actions.audit import changes_of, customer_opened, document_revealed, record, state_of
from accounts.audit.commands import on_the_record
from accounts.audit.context import acting
from accounts.models import AuditEntry
from accounts.models.audit import AuditKind, AuditSource

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def request_of(user, path="/inbox/"):
    request = RequestFactory().get(path, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.14")
    request.user, request.id = user, "0123456789abcdef"
    return request


def test_an_entry_says_who_what_where_from_and_in_which_request(ana, support):
    with acting(request=request_of(ana)):
        entry = record(
            AuditKind.QUEUE_CHANGED, target=support, before={"name": "A"}, after={"name": "B"}
        )
    entry.refresh_from_db()
    assert (entry.actor_id, entry.actor_name) == (ana.pk, "Ana Souza")
    assert (entry.target_type, entry.target_id) == ("conversations.queue", str(support.pk))
    assert (entry.before, entry.after, entry.target_label) == (
        {"name": "A"},
        {"name": "B"},
        "Suporte",
    )
    assert (entry.address, entry.request_id) == ("192.0.2.14", "0123456789abcdef")
    assert "Firefox" in entry.user_agent


@pytest.mark.parametrize(
    "path, source",
    [("/inbox/", "page"), ("/admin/accounts/user/", "admin"), ("/api/v1/users", "api")],
)
def test_the_address_says_by_which_way_it_came(ana, path, source):
    assert record(AuditKind.EXPORT, request=request_of(ana, path)).source == source


def test_background_work_is_the_systems_and_carries_its_tasks_id():
    with structlog.contextvars.bound_contextvars(request_id="task-1"):
        entry = record(AuditKind.RETENTION, entries=3)
    assert (entry.source, entry.actor_name, entry.request_id) == ("system", "", "task-1")


def test_a_command_names_itself_and_whoever_ran_it():
    with acting(command="rotate_keys"):
        entry = record(AuditKind.COMMAND, target="32 channels")
    assert entry.source == AuditSource.COMMAND
    assert entry.actor_name.startswith("manage.py rotate_keys")


def test_one_entry_costs_one_statement(ana, django_assert_num_queries):
    request = request_of(ana)
    with django_assert_num_queries(1):
        record(AuditKind.EXPORT, target="customers", request=request, rows=12)


def test_secrets_in_values_facts_and_names_are_gone_before_they_are_stored(ana):
    entry = record(
        AuditKind.OBJECT_CHANGED,
        target="CPF 123.456.789-09",
        before={"app_secret": "abc"},
        after={"app_secret": "def", "document": "12345678909"},
        reason="titular 123.456.789-09",
        token="xyz",
    )
    assert entry.after == {"app_secret": "••••••", "document": "•••.456.•••-••"}
    assert entry.facts == {"reason": "titular •••.456.•••-••", "token": "••••••"}
    assert "123.456" not in entry.target_label


def test_a_difference_can_be_taken_by_hand(support):
    before = state_of(support)
    support.name = "Suporte técnico"
    assert changes_of(support, before) == ({"name": "Suporte"}, {"name": "Suporte técnico"})


def test_opening_a_customer_is_written_once_an_hour(ana, vera, zeca):
    for user in (ana, ana, vera):
        customer_opened(zeca, request=request_of(user))
    opened = AuditEntry.objects.filter(kind=AuditKind.CUSTOMER_OPENED, target_id=str(zeca.pk))
    assert {entry.actor_id for entry in opened} == {ana.pk, vera.pk}
    assert opened.count() == 2


def test_two_who_write_the_same_opening_at_once_leave_one(ana, zeca):
    for _attempt in range(2):
        record(AuditKind.CUSTOMER_OPENED, target=zeca, request=request_of(ana), once="the same")
    assert AuditEntry.objects.count() == 1


def test_every_reveal_of_a_document_is_written_with_its_reason(ana, zeca):
    for _attempt in range(2):
        document_revealed(zeca, request=request_of(ana), reason="conferir titular")
    assert [entry.facts for entry in AuditEntry.objects.all()] == [
        {"reason": "conferir titular"}
    ] * 2


def test_a_command_that_changes_data_is_an_entry_of_its_own():
    with on_the_record(["manage.py", "changepassword", "ana"]):
        pass
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.target_label) == (AuditKind.COMMAND, "manage.py changepassword")


@pytest.mark.parametrize(
    "name", ["seed", "start", "drain", "check", "showmigrations", "--help", ""]
)
def test_commands_that_run_furnish_or_read_are_not(name):
    with on_the_record(["manage.py", name]):
        pass
    assert not AuditEntry.objects.exists()


def test_a_command_that_fails_is_not():
    with pytest.raises(SystemExit), on_the_record(["manage.py", "createsuperuser"]):
        raise SystemExit(1)
    assert not AuditEntry.objects.exists()


def test_what_seeds_write_is_not_recorded_but_what_a_command_changes_is(ana):
    with on_the_record(["manage.py", "seed"]):
        ana.save()
        ana.full_name = "Ana S."
        ana.save()
    assert not AuditEntry.objects.exists()
    with on_the_record(["manage.py", "shell"]):
        ana.full_name = "Ana"
        ana.save()
    changed = AuditEntry.objects.get(kind=AuditKind.USER_CHANGED)
    assert (changed.before, changed.after) == ({"full_name": "Ana S."}, {"full_name": "Ana"})
    assert changed.source == AuditSource.COMMAND
