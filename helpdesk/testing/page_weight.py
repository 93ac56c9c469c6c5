"""What a page costs at its first load in a real browser: seconds until it is live, bytes, requests."""

import time
from dataclasses import dataclass

LIVE = "#link-state .dot[data-tone=ok]"
MEDIA = ("image/jpeg", "image/png", "image/webp", "audio/", "video/")


@dataclass(frozen=True, slots=True)
class FirstLoad:
    """Bytes as they came over the wire, headers included, media left out."""

    seconds: float
    content_bytes: int
    requests: int


def first_load(page, address: str, until: str = LIVE) -> FirstLoad:
    """Load an address in a page with an empty cache; wait until the selector is there."""
    kinds, sizes = {}, {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.responseReceived",
        lambda event: kinds.update({event["requestId"]: event["response"]["mimeType"]}),
    )
    network.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    started = time.monotonic()
    page.goto(address)
    page.wait_for_selector(until, state="attached")
    seconds = time.monotonic() - started
    page.wait_for_load_state("networkidle")
    counted = {key: size for key, size in sizes.items() if not kinds.get(key, "").startswith(MEDIA)}
    return FirstLoad(seconds, int(sum(counted.values())), len(counted))
