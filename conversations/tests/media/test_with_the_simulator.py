"""Files to the simulator and back, over HTTP, as in the embedded default."""

from io import BytesIO

import pytest

from conversations.models import SimulatorMedia
from conversations.providers.base import Media, MediaError, OutboundFile
from conversations.providers.cloud.media import hexadecimal
from conversations.providers.simulator import media as simulated
from conversations.providers.simulator.provider import SimulatorProvider
from conversations.providers.simulator.setup import ensure_simulator_channel
from conversations.tests.media import samples

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider(live_server, settings):
    settings.BASE_URL = live_server.url
    return SimulatorProvider()


@pytest.fixture
def simulated_channel(cast, settings):
    settings.SIMULATOR = True
    return ensure_simulator_channel(cast.support)


def test_a_file_is_handed_over_and_comes_back_the_same(provider, simulated_channel):
    content = samples.picture()
    file = OutboundFile("image/jpeg", len(content), "a.jpg", open=lambda: BytesIO(content))
    handed = provider.upload_media(simulated_channel, file)
    assert handed.error is None
    kept = SimulatorMedia.objects.get(media_id=handed.media_id)
    assert (kept.size, kept.mime_type) == (len(content), "image/jpeg")
    target = BytesIO()
    media = Media(handed.media_id, sha256=kept.sha256)
    fetched = provider.fetch_media(simulated_channel, media, target, 1_000_000)
    assert (target.getvalue(), fetched.size, fetched.mime_type) == (
        content,
        len(content),
        "image/jpeg",
    )


@pytest.mark.parametrize("kind", ["image", "audio", "document", "sticker"])
def test_what_the_simulated_phone_sends_is_fetched(provider, simulated_channel, kind):
    part = simulated.sample_part(simulated_channel, kind)
    target = BytesIO()
    media = Media(part["id"], sha256=hexadecimal(part["sha256"]))
    assert provider.fetch_media(simulated_channel, media, target, 1_000_000).size > 0


def test_a_file_that_the_simulator_does_not_know_is_gone(provider, simulated_channel):
    with pytest.raises(MediaError) as error:
        provider.fetch_media(simulated_channel, Media("4711"), BytesIO(), 1_000_000)
    assert error.value.reason == "gone"
