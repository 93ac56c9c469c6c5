"""A house that is killed while a file is on its way finds it again when it is back."""

import pytest
import requests

from conversations.providers.signatures import sign
from conversations.tests.media import samples
from conversations.tests.media.file_server import FileServer
from conversations.tests.providers import payloads
from helpdesk.testing.graph_server import NUMBER
from helpdesk.testing.house import ACCESS_TOKEN, APP_SECRET, House

pytestmark = pytest.mark.processes
# A claim runs out after ten seconds, the sweeper comes every five.
PATIENCE_SECONDS = 60


def test_a_kill_in_the_middle_of_a_download_loses_nothing(tmp_path):
    with FileServer(ACCESS_TOKEN) as world:
        digest = world.add("media-in-1", samples.pdf(), "application/pdf")
        world.script, world.drip_seconds = ["drip"], 1
        with House(tmp_path, graph_url=world.url, furnish=()) as house:
            house.open()
            document = {"id": "media-in-1", "mime_type": "application/pdf", "sha256": digest}
            _deliver(house, payloads.message("document", document))
            house.wait_for("the download", lambda: world.downloads, 30)
            house.kill("start")
            assert house.count("conversations_attachment WHERE state = 'pending'") == 1
            house.open()
            house.wait_for("the file", lambda: _stored(house), PATIENCE_SECONDS)
            assert len(world.downloads) == 2
            assert len([path for path in tmp_path.rglob("attachments/**/*") if path.is_file()]) == 1


def _deliver(house: House, message: dict) -> None:
    body = payloads.to_bytes(payloads.envelope(message, phone_number_id=NUMBER.phone_number_id))
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(APP_SECRET, body)}
    assert requests.post(house.webhook_url, body, headers=headers, timeout=10).status_code == 200


def _stored(house: House) -> int:
    return house.count("conversations_attachment WHERE state = 'stored'")
