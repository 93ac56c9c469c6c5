import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from helpdesk.core import leases
from helpdesk.core.models import Lease

pytestmark = pytest.mark.django_db


def expire(*names):
    Lease.objects.filter(name__in=names).update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_the_first_one_gets_it_and_the_second_does_not():
    assert leases.acquire("work", "a", 30) == 1
    assert leases.acquire("work", "b", 30) is None


def test_an_expired_lease_is_taken_over_with_a_greater_fence():
    first = leases.acquire("work", "a", 30)
    expire("work")

    assert leases.acquire("work", "b", 30) == first + 1


def test_a_released_lease_is_free_at_once():
    fence = leases.acquire("work", "a", 30)

    assert leases.release("work", "a", fence)

    assert leases.acquire("work", "b", 30) == fence + 1


def test_who_has_lost_a_lease_can_neither_renew_nor_release_it():
    fence = leases.acquire("work", "a", 30)
    expire("work")
    leases.acquire("work", "b", 30)

    assert not leases.renew("work", "a", fence, 30)
    assert not leases.release("work", "a", fence)
    assert Lease.objects.get(name="work").holder == "b"


def test_a_lease_that_expired_and_nobody_took_can_be_renewed():
    fence = leases.acquire("work", "a", 30)
    expire("work")

    assert leases.renew("work", "a", fence, 30)
    assert leases.acquire("work", "b", 30) is None


def test_many_leases_take_one_statement(django_assert_num_queries):
    names = [f"partition.{number}" for number in range(16)]
    leases.acquire("partition.3", "b", 30)

    with django_assert_num_queries(1):
        fences = leases.acquire_many(names, "a", 30)

    assert set(fences) == set(names) - {"partition.3"}


def test_renewing_many_tells_which_are_left(django_assert_num_queries):
    fences = leases.acquire_many(["p1", "p2", "p3"], "a", 30)
    expire("p2")
    leases.acquire("p2", "b", 30)

    with django_assert_num_queries(1):
        assert leases.renew_many(fences, "a", 30) == {"p1", "p3"}


def test_guard_lets_the_holder_work(django_assert_num_queries):
    fences = leases.acquire_many(["p1", "p2"], "a", 30)

    with transaction.atomic(), django_assert_num_queries(1):
        leases.guard(fences)


def test_guard_stops_whoever_has_lost_one():
    fences = leases.acquire_many(["p1", "p2"], "a", 30)
    expire("p2")
    leases.acquire("p2", "b", 30)

    with pytest.raises(leases.LeaseLost, match="p2"):
        leases.guard(fences)


@pytest.mark.django_db(transaction=True)
def test_guard_needs_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        leases.guard({"p1": 1})


@pytest.mark.django_db(transaction=True)
def test_of_many_threads_one_gets_the_lease():
    found = in_threads(8, lambda number: leases.acquire("work", f"holder {number}", 30))

    assert sorted(found, key=str) == [1] + [None] * 7


@pytest.mark.django_db(transaction=True)
def test_of_many_threads_each_partition_has_one_holder():
    names = [f"p{number}" for number in range(16)]

    found = in_threads(6, lambda number: leases.acquire_many(names, f"holder {number}", 30))

    assert sorted(name for fences in found for name in fences) == sorted(names)


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_a_lease_over_while_its_holder_writes():
    fence = leases.acquire("work", "a", 30)
    expire("work")
    order = []

    def take_over(_number):
        writing.wait(5)
        order.append(("fence", leases.acquire("work", "b", 30)))

    writing = threading.Event()
    taker = threading.Thread(target=closing, args=(take_over, 0, []))
    taker.start()
    with transaction.atomic():
        leases.guard({"work": fence})
        writing.set()
        taker.join(0.3)
        order.append("written")
    taker.join(5)

    assert order == ["written", ("fence", fence + 1)]


def in_threads(count, function):
    found = []
    threads = [threading.Thread(target=closing, args=(function, n, found)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def closing(function, number, found):
    try:
        found.append(function(number))
    finally:
        connection.close()
