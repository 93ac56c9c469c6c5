"""Real processes for tests and benchmarks: started, asked, killed.

Everything gets its own DATA_DIR and port. Only processes started here are ever ended.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import requests
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90
STOP_SECONDS = 20
COMMANDS = {
    "start": ["manage.py", "start"],
    "drain": ["manage.py", "drain"],
    "simulator": ["manage.py", "simulator"],
    "worker": ["-m", "celery", "-A", "helpdesk", "worker", "--pool", "threads", "-c", "24"],
    "beat": ["-m", "celery", "-A", "helpdesk", "beat"],
    "sockets": ["-m", "daphne", "-p", "{port}", "helpdesk.asgi:application"],
    "web": ["-m", "gunicorn", "-k", "gthread", "--threads", "4", "-b", "127.0.0.1:{port}", "helpdesk.wsgi"],
}  # fmt: skip


class RunningProcess:
    """One of our processes; `name` is a key of COMMANDS. Its output goes to DATA_DIR/<name>.log."""

    def __init__(self, name: str, environment: dict[str, str]):
        self.name = name
        self.environment = environment
        self.log_path = Path(environment["DATA_DIR"]) / f"{name}.log"
        self._process: subprocess.Popen | None = None

    def start(self) -> "RunningProcess":
        """Start it (again)."""
        command = [part.format(port=self.environment["PORT"]) for part in COMMANDS[self.name]]
        with self.log_path.open("ab") as log:
            # A session of its own, so that its children can be killed with it.
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def kill(self) -> None:
        """End it and its children at once, as a power cut would (SIGKILL)."""
        self._signal(signal.SIGKILL)
        self._process.wait(STOP_SECONDS)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop and wait; return its exit code. Killed when it takes too long."""
        if not self.is_alive:
            return self._process.poll() if self._process else 0
        self._process.send_signal(number)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def log(self) -> str:
        """Return what it has written."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment_for(data_dir: Path, port: int | None = None, **values) -> dict[str, str]:
    """Return the environment of an installation of its own under `data_dir`.

    Embedded unless DATABASE_URL and REDIS_URL are given in `values`. What the surrounding process
    has set for itself is not passed on.
    """
    port = port or free_port()
    data_dir.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "PYTHONUNBUFFERED": "1",
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        **{name: str(value) for name, value in values.items()},
    }


def servers_under_test() -> dict[str, str]:
    """Return DATABASE_URL and REDIS_URL of the running test's database; {} when it runs embedded.

    For `environment_for(..., **servers_under_test())` in tests marked django_db(transaction=True).
    """
    database = connection.settings_dict
    if connection.vendor != "postgresql" or not settings.REDIS_URL:
        return {}
    person = quote(database["USER"]) + (
        f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    )
    place = f"{database['HOST']}:{database['PORT'] or 5432}"
    return {
        "DATABASE_URL": f"postgres://{person}@{place}/{database['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
    }


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command to its end; return what it printed. Raises when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wait_until_ready(environment: dict[str, str], seconds: float = START_SECONDS) -> float:
    """Wait until /health/ready answers 200; return how long it took. Raises TimeoutError."""
    started = time.monotonic()
    answer = "nothing"
    while time.monotonic() - started < seconds:
        with contextlib.suppress(requests.RequestException):
            response = requests.get(f"{environment['BASE_URL']}/health/ready", timeout=5)
            answer = response.text
            if response.status_code == 200:
                return time.monotonic() - started
        time.sleep(0.05)
    raise TimeoutError(f"{environment['BASE_URL']} was not ready after {seconds} s: {answer}")


@contextlib.contextmanager
def running(environment: dict[str, str], *names: str) -> Iterator[dict[str, RunningProcess]]:
    """Run these processes, wait until the site answers, and stop them at the end.

    On PostgreSQL and Redis: `manage(environment, "prepare")` first, then for instance
    `running(environment, "web", "drain", "worker", "beat")`.
    """
    processes = {name: RunningProcess(name, environment) for name in names or ("start",)}
    try:
        for process in processes.values():
            process.start()
        if {"start", "web", "sockets"} & processes.keys():
            wait_until_ready(environment)
        yield processes
    except TimeoutError as error:
        logs = "\n".join(f"--- {p.name}\n{p.log()[-3000:]}" for p in processes.values())
        raise TimeoutError(f"{error}\n{logs}") from error
    finally:
        for process in processes.values():
            if process.is_alive:
                process.kill() if sys.exc_info()[0] else process.stop()
