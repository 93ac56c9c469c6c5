"""The hub on Redis, and Redis going away and coming back."""

import asyncio
import shutil
import subprocess
import time

import pytest
import redis

from helpdesk.core import announce as announcing
from helpdesk.core import hub as hub_module
from helpdesk.core.announce import announce_now, flush_announcements
from helpdesk.core.hub import get_hub
from helpdesk.testing.processes import free_port

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server here"),
]


class Server:
    def __init__(self, port, folder):
        self.port, self.folder = port, folder
        self.start()

    def start(self):
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port)
        for _ in range(200):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(settings, tmp_path):
    started = Server(free_port(), tmp_path)
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [f"redis://127.0.0.1:{started.port}"]},
        }
    }
    yield started
    started.kill()


class Ear:
    def __init__(self):
        self.heard = []

    def deliver(self, event):
        self.heard.append(event.data.get("n", event.type))


async def until_heard(ear, what, seconds=15):
    deadline = time.monotonic() + seconds
    while what not in ear.heard:
        assert time.monotonic() < deadline, f"{what} never came: {ear.heard}"
        await asyncio.sleep(0.02)


def test_after_a_restart_of_redis_events_come_again_and_sockets_are_told_to_catch_up(
    server, monkeypatch
):
    monkeypatch.setattr(hub_module, "BEAT_SECONDS", 0.3)
    monkeypatch.setattr(announcing, "NOTICE_AFTER_SECONDS", 1.5)

    async def scene():
        ear = Ear()
        await get_hub().join("queue.1", ear)
        announce_now("queue.1", {"type": "t", "n": 1})
        await until_heard(ear, 1)

        server.kill()
        announce_now("queue.1", {"type": "t", "n": 2})
        await asyncio.sleep(1)
        server.start()

        await until_heard(ear, "live.gap")
        announce_now("queue.1", {"type": "t", "n": 3})
        await until_heard(ear, 3)
        await get_hub().close()

    asyncio.run(scene())
    assert flush_announcements(10)


def test_who_joins_while_redis_is_away_is_told_so(server):
    async def scene():
        server.kill()
        with pytest.raises(redis.ConnectionError):
            await get_hub().join("queue.1", Ear())
        assert get_hub().sockets() == 0

    asyncio.run(scene())
