"""A whole house of its own for a test or a benchmark: database, folder, ports, processes, WhatsApp.

    with House(folder, url=..., redis_url=...) as house:      # PostgreSQL and Redis, four processes
    with House(folder) as house:                              # embedded: one process
        house.start()
        house.kill("drain"); house.start("drain")
        house.rows("SELECT count(*) FROM conversations_message")

Beside it runs a Graph server that knows nothing of ours. Rows are read with plain SQL: what is
proved here is what stands in the database, not what our own code makes of it.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conversations.providers.simulator import wire
from helpdesk.testing.graph_server import NUMBER, GraphServer
from helpdesk.testing.house_template import Template, template
from helpdesk.testing.processes import (
    ROOT,
    RunningProcess,
    environment_for,
    free_port,
    manage,
    wait_until_ready,
)

EMBEDDED_PARTS = ("start",)
PARTS = ("web", "drain", "worker", "beat")
POLL_SECONDS = 0.05
APP_SECRET = "secret of this house"
ACCESS_TOKEN = "token-of-this-house"
REDIS_DATABASES = range(15, 0, -1)


class House:
    """Starts as `with House(...)`: database copied, migrated and furnished; nothing runs yet.

    url: any database of a PostgreSQL server where more may be created; redis_url: its Redis.
    graph: options of the GraphServer; graph_url: the address of one that runs elsewhere instead.
    furnish: names of functions in helpdesk/testing/furnish.py, run in the house's own settings.
    parts: keys of processes.COMMANDS, with a number where there are several ("drain", "drain2").
    """

    def __init__(
        self,
        folder: Path,
        *,
        url: str = "",
        redis_url: str = "",
        graph: dict | None = None,
        graph_url: str = "",
        furnish: Iterable[str] = ("bot",),
        parts: tuple[str, ...] | None = None,
    ):
        self.folder = folder
        self.parts = parts or (PARTS if url else EMBEDDED_PARTS)
        self._furnish = list(furnish)
        self._database = _PostgresDatabase(url) if url else _SqliteFile(folder / "ramal.sqlite3")
        self._redis = _RedisDatabase(redis_url) if redis_url else None
        self._processes: dict[str, RunningProcess] = {}
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.webhook_url = self.url + wire.WEBHOOK_PATH
        secrets = {"app_secret": APP_SECRET, "access_token": ACCESS_TOKEN}
        self.graph = None
        if not graph_url:
            self.graph = ShufflingGraphServer(
                webhook_url=self.webhook_url, **secrets, **graph or {}
            )
        self._graph_url = graph_url or self.graph.url
        self.furnished = ""
        self.environment = environment_for(folder, port, **self._values())

    def __enter__(self) -> "House":
        base = template(self._database.server_url, self._redis.url if self._redis else "")
        base.copy_to(self.folder)
        self._database.create(base)
        if self.graph:
            self.graph.start()
        manage(self.environment, "prepare")
        self.furnished = run_module(self.environment, "helpdesk.testing.furnish", *self._furnish)
        return self

    def __exit__(self, *error) -> None:
        for process in self._processes.values():
            if process.is_alive:
                process.kill()
        if self.graph:
            self.graph.stop()
        self._database.drop()
        if self._redis:
            self._redis.drop()

    def start(self, *names: str) -> None:
        """Start these parts (again), all of them when none is named, and wait for none."""
        for name in names or self.parts:
            self._processes[name] = RunningProcess(
                name.rstrip("0123456789"), self._environment_of(name)
            ).start()

    def open(self) -> "House":
        """Start all parts and wait until the house takes requests."""
        self.start()
        try:
            wait_until_ready(self.environment)
        except TimeoutError as error:
            raise TimeoutError(f"{error}\n{self.log()[-6000:]}") from error
        return self

    def kill(self, name: str) -> None:
        """End a part and its children with SIGKILL."""
        self._processes[name].kill()

    def stop(self, name: str) -> None:
        """Let a part finish what it has in hand (SIGTERM)."""
        self._processes[name].stop()

    @property
    def database_url(self) -> str:
        return self._database.url

    @property
    def database_name(self) -> str:
        return self._database.url.rpartition("/")[2]

    def is_alive(self, name: str) -> bool:
        return name in self._processes and self._processes[name].is_alive

    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._processes.items() if process.is_alive}

    def rows(self, sql: str, *values) -> list[tuple]:
        """Ask the database; placeholders are %s."""
        return self._database.rows(sql, values)

    def count(self, table_and_condition: str, *values) -> int:
        """Count rows: count("conversations_message WHERE status = %s", "queued")."""
        return self.rows(f"SELECT count(*) FROM {table_and_condition}", *values)[0][0]  # noqa: S608

    def wait_for(self, what: str, is_true: Callable[[], Any], seconds: float) -> Any:
        """Ask until the answer is true and return it; raises TimeoutError with the logs' end."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if answer := is_true():
                return answer
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"After {seconds} s still not: {what}\n{self.log()[-6000:]}")

    def log(self) -> str:
        """Return what all parts have written, part after part."""
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def errors(self) -> list[str]:
        """Return the lines of the logs that tell of an error."""
        return [line for line in self.log().splitlines() if _is_error(line)]

    def _environment_of(self, name: str) -> dict[str, str]:
        if name != "sockets":
            return self.environment
        self.sockets_port = free_port()
        return self.environment | {"PORT": str(self.sockets_port), "BASE_URL": self.url}

    def _values(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._database.url,
            "REDIS_URL": self._redis.url if self._redis else "",
            "SIMULATOR": "off",
            "DEMO": "off",
            "WHATSAPP_GRAPH_URL": self._graph_url,
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": "verify-token",
            "WHATSAPP_PHONE_NUMBER_ID": NUMBER.phone_number_id,
            "WHATSAPP_BUSINESS_ACCOUNT_ID": NUMBER.waba_id,
            "WHATSAPP_ACCESS_TOKEN": ACCESS_TOKEN,
            "ADMIN_PASSWORD": "a long enough password",
        }


class ShufflingGraphServer(GraphServer):
    """Sends every status `copies` times, in any order."""

    def __init__(self, *, copies: int = 1, spread_seconds: float = 0.0, **options):
        super().__init__(**options)
        self._copies = copies
        self._spread = spread_seconds

    def _statuses(self, *facts):
        for entry, delay in super()._statuses(*facts):
            for _copy in range(self._copies):
                yield entry, delay + random.random() * self._spread


class _SqliteFile:
    url = server_url = ""

    def __init__(self, path: Path):
        self._path = path

    def create(self, base: Template) -> None:
        """It was copied with the folder."""

    def drop(self) -> None:
        """It goes with its folder."""

    def rows(self, sql: str, values) -> list[tuple]:
        connection = sqlite3.connect(self._path, timeout=20)
        try:
            return connection.execute(sql.replace("%s", "?"), values).fetchall()
        finally:
            connection.close()


class _PostgresDatabase:
    """A database of its own on somebody's server."""

    def __init__(self, server_url: str):
        self.server_url = server_url
        self._name = f"ramal_house_{uuid.uuid4().hex[:8]}"
        self.url = urlsplit(server_url)._replace(path=f"/{self._name}").geturl()
        self._connection = None

    def create(self, base: Template) -> None:
        self._on_server(f"CREATE DATABASE {self._name} TEMPLATE {base.database}")

    def drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._on_server(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def rows(self, sql: str, values) -> list[tuple]:
        import psycopg

        if self._connection is None:
            self._connection = psycopg.connect(self.url, autocommit=True)
        return self._connection.execute(sql, values or None).fetchall()

    def _on_server(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(sql)


class _RedisDatabase:
    """An empty database of somebody's Redis; emptied again at the end."""

    def __init__(self, url: str):
        import redis

        for number in _databases_of_nobody(url):
            self.url = urlsplit(url)._replace(path=f"/{number}").geturl()
            self._client = redis.Redis.from_url(self.url)
            # The mark reserves it, should two look at the same time.
            if not self._client.dbsize() and self._client.set("house", "1", nx=True):
                return
        raise RuntimeError(f"No database of {url} is empty.")

    def drop(self) -> None:
        self._client.flushdb()
        self._client.close()


def _databases_of_nobody(url: str) -> list[int]:
    """Those that no process of pytest-xdist has for itself (helpdesk/settings.py).

    It empties its own before each test, so an empty one of these is not free.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first = int(urlsplit(url).path.strip("/") or 0) - worker
    return [number for number in REDIS_DATABASES if number not in range(first, first + count)]


def run_module(environment: dict[str, str], module: str, *arguments: str) -> str:
    """Run one of our modules to its end in a house's settings; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _is_error(line: str) -> bool:
    """Whether a line of a log tells of an error, whoever wrote it."""
    if not line.startswith("{"):
        return "Traceback" in line or "[ERROR]" in line or "[CRITICAL]" in line
    try:
        return json.loads(line).get("level") in ("error", "critical")
    except ValueError:
        return False  # cut off by a kill
