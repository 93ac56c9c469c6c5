"""The network address of whoever asks, behind our own proxies too."""

import ipaddress

from django.conf import settings

UNKNOWN = "0.0.0.0"


def client_address(request) -> str:
    """Return the address of the visitor.

    X-Forwarded-For is believed from the right as far as it was written by TRUSTED_PROXIES: what
    stands further left is whatever the visitor has sent.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while hops and is_trusted(address):
        address = hops.pop() or address
    return address if _parsed(address) else UNKNOWN


def is_trusted(address: str) -> bool:
    ip = _parsed(address)
    return ip is not None and any(ip in network for network in _trusted_networks())


def _trusted_networks():
    for text in settings.TRUSTED_PROXIES:
        try:
            yield ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue  # a name: cannot be compared with an address


def _parsed(address: str):
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
