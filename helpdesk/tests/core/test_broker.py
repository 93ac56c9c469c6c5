import os
import threading

import pytest
from kombu import Connection, Exchange, Queue

from helpdesk.core import broker


@pytest.fixture
def connection(tmp_path):
    folder = str(tmp_path / "broker")
    broker.tidy(folder)
    options = {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": folder + "/control",
        "polling_interval": 0.01,
    }
    with Connection("filesystem://", transport=broker.Transport, transport_options=options) as made:
        made.folder = folder
        # Kombu remembers bindings per process: a queue of its own for each test's folder.
        made.queue = Queue(tmp_path.name, Exchange(tmp_path.name), routing_key="work")
        yield made


def send(connection, queue, *numbers):
    with connection.Producer() as producer:
        for number in numbers:
            # The way Celery sends tasks: straight to the queue.
            producer.publish(number, exchange="", routing_key=queue.name, declare=[queue])


def receive(connection, queue, count):
    got = []

    def take(body, message):
        got.append(body)
        message.ack()

    with connection.Consumer(queue, callbacks=[take]):
        while len(got) < count:
            connection.drain_events(timeout=20)
    return got


def test_messages_come_in_order(connection):
    send(connection, connection.queue, *range(20))
    assert receive(connection, connection.queue, 20) == list(range(20))


def test_nothing_is_lost_between_a_writer_and_a_reader_at_work(connection):
    other = connection.clone()
    writer = threading.Thread(target=send, args=(other, connection.queue, *range(300)))
    writer.start()
    assert receive(connection, connection.queue, 300) == list(range(300))
    writer.join()


def test_an_unreadable_message_is_passed_over(connection):
    send(connection, connection.queue, 1)
    with open(
        os.path.join(connection.folder, f"00000_half.{connection.queue.name}.msg"), "w"
    ) as file:
        file.write('{"body": "ab')
    assert receive(connection, connection.queue, 1) == [1]
    assert [name for name in os.listdir(connection.folder) if name.endswith(".msg")] == []


def test_tidying_removes_what_a_kill_left_and_keeps_what_waits(connection):
    send(connection, connection.queue, 1)
    for name in (".0_half.work.msg", ".taken_0_x.work.msg", "control/broken.exchange"):
        open(os.path.join(connection.folder, name), "w").close()

    broker.tidy(connection.folder)

    assert os.listdir(os.path.join(connection.folder, "control")) == []
    assert receive(connection.clone(), connection.queue, 1) == [1]


def test_many_threads_may_declare_their_queues_at_once(connection):
    exchange = Exchange("shared-" + connection.queue.name)
    queues = [Queue(f"{connection.queue.name}.{number}", exchange) for number in range(12)]
    failures = []

    def declare(queue, clone):
        try:
            queue(clone.default_channel).declare()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=declare, args=(q, connection.clone())) for q in queues]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    table = connection.default_channel.get_table(exchange.name)
    assert failures == []
    assert {bound.queue for bound in table} == {queue.name for queue in queues}
