import time
from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

from conversations.models import Customer
from conversations.tests.factories import CustomerFactory
from helpdesk.core.bulk import update_rows
from helpdesk.core.models import Lease

pytestmark = pytest.mark.django_db
FIELDS = ["name", "phone", "document", "email", "city", "neighbourhood", "contract", "plan"]
FIELDS += ["due_day", "attributes", "last_contacted_at", "blocked_at"]


def changed_customers(count):
    customers = CustomerFactory.create_batch(count)
    for number, customer in enumerate(customers):
        customer.name = f"Zoé «{number}» '%s'"
        customer.attributes = {"n": number, "list": [1, "ü"]}
        customer.document = "11144477735"
        customer.due_day = None if number % 2 else 10
        customer.last_contacted_at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    return customers


def test_rows_come_back_as_they_were_written():
    customers = changed_customers(3)

    assert update_rows(Customer, customers, FIELDS) == 3

    for customer in customers:
        stored = Customer.objects.get(pk=customer.pk)
        assert [getattr(stored, f) for f in FIELDS] == [getattr(customer, f) for f in FIELDS]


def test_fields_that_are_not_named_stay():
    (customer,) = changed_customers(1)
    before = Customer.objects.get(pk=customer.pk).name

    update_rows(Customer, [customer], ["due_day"])

    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.name, stored.due_day) == (before, 10)


def test_a_deleted_row_stays_deleted():
    customers = changed_customers(2)
    Customer.objects.filter(pk=customers[0].pk).delete()

    assert update_rows(Customer, customers, ["name"]) == 1

    assert Customer.objects.count() == 1


def test_two_rows_may_exchange_nothing_but_their_own_unique_values():
    """An upsert trips over the other row's unique value; an update of an own value does not."""
    first, second = CustomerFactory.create_batch(2)
    first.name = second.name = "Changed"

    assert update_rows(Customer, [first, second], ["name", "phone"]) == 2


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert update_rows(Customer, [], ["name"]) == 0


def test_a_text_that_is_too_long_is_refused_and_not_cut():
    lease = Lease.objects.create(name="l", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    lease.holder = "x" * 121
    if connection.vendor == "postgresql":
        with pytest.raises(DataError):
            update_rows(Lease, [lease], ["holder"])
    else:
        # SQLite knows no lengths.
        assert update_rows(Lease, [lease], ["holder"]) == 1


def test_it_is_several_times_as_fast_as_bulk_update():
    customers = changed_customers(200)
    update_rows(Customer, customers, FIELDS)

    ours = min(seconds(update_rows, Customer, customers, FIELDS) for _ in range(3))
    django = seconds(Customer.objects.bulk_update, customers, FIELDS)

    assert ours * 3 < django, f"{ours * 1000:.1f} ms against {django * 1000:.1f} ms"


def seconds(function, *args):
    started = time.perf_counter()
    function(*args)
    return time.perf_counter() - started
