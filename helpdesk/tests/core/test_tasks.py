"""Tasks on a real worker: the one of the embedded default, on whatever broker the tests run on."""

import threading

import pytest
import structlog
from celery import Celery
from django.core.exceptions import ObjectDoesNotExist

from helpdesk.celery import QUEUES, app
from helpdesk.core.embedded_celery import EmbeddedBeat, EmbeddedWorker
from helpdesk.core.runtime import Threads
from helpdesk.core.tasks import HARD_LIMIT_SECONDS, task

done = {}


def note(name):
    done.setdefault(name, threading.Event()).set()


@task(queue="media", name="tests.note_request_id")
def note_request_id(name):
    done["request_id"] = structlog.contextvars.get_contextvars().get("request_id")
    note(name)


@task(name="tests.fail_once", default_retry_delay=0, retry_backoff=False)
def fail_once(name):
    if name not in done:
        done[name] = threading.Event()
        raise ConnectionError("the first time")
    note(name)


@task(name="tests.look_for_a_row")
def look_for_a_row(name):
    note(name)
    raise ObjectDoesNotExist


@pytest.fixture
def worker(tmp_path):
    done.clear()
    threads = Threads()
    working = EmbeddedWorker(app, threads=2)
    threads.start("worker", working.run, on_stop=working.stop)
    yield
    assert threads.stop() == []


def heard(name):
    return done.setdefault(name, threading.Event()).wait(10)


def test_a_task_runs_with_the_request_id_of_whoever_asked_for_it(worker):
    with structlog.contextvars.bound_contextvars(request_id="abc-123456"):
        note_request_id.delay("one")

    assert heard("one")
    assert done["request_id"] == "abc-123456"


def test_a_task_that_fails_is_tried_again(worker):
    fail_once.delay("twice")
    assert heard("twice")


def test_a_vanished_row_ends_a_task_quietly(caplog):
    look_for_a_row("gone")
    assert caplog.records == [] or all(record.levelname == "INFO" for record in caplog.records)


def test_every_task_of_ours_follows_the_policy():
    app.loader.import_default_modules()
    ours = [t for name, t in app.tasks.items() if not name.startswith("celery.")]
    assert ours
    for one in ours:
        assert one.acks_late and one.ignore_result, one.name
        assert one.time_limit and one.time_limit <= HARD_LIMIT_SECONDS, one.name
        assert one.work_queue in QUEUES, one.name
        assert app.amqp.router.route({}, one.name)["queue"].name == one.work_queue


def test_every_entry_of_the_calendar_is_a_task_and_none_piles_up():
    app.loader.import_default_modules()
    for name, entry in app.conf.beat_schedule.items():
        assert entry["task"] in app.tasks, name
        if isinstance(entry["schedule"], int):
            assert entry["options"]["expires"] <= entry["schedule"], name


def test_beat_survives_a_broken_schedule_file_and_sends_what_is_due(tmp_path):
    calendar = Celery("calendar", broker="memory://", set_as_current=False)
    calendar.conf.beat_schedule = {"soon": {"task": "tests.soon", "schedule": 0.05}}
    (tmp_path / "calendar").write_bytes(b"half a file")
    beat = EmbeddedBeat(calendar, tmp_path / "calendar")
    threads = Threads()

    threads.start("beat", beat.run, on_stop=beat.stop)

    with calendar.connection_for_read() as connection:
        message = connection.SimpleQueue("celery").get(timeout=5)
    assert message.headers["task"] == "tests.soon"
    assert threads.stop() == []
