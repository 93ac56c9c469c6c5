"""Outgoing HTTP to addresses that people type in: never into our own network.

A name is resolved once, all its addresses are checked, and the connection goes to the address that
was checked: a name that answers differently the second time (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests.adapters import HTTPAdapter

PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddress(requests.RequestException):
    """We do not connect there; the text says why, for the person who typed the address."""


@dataclass(frozen=True)
class CheckedAddress:
    """A URL's host with the address to connect to."""

    scheme: str
    host: str
    port: int
    address: str


def check_url(url: str) -> CheckedAddress:
    """Return where to connect for `url`; raises ForbiddenAddress.

    Forbidden are schemes but http and https, names that do not resolve, and names with any address
    that is not public, unless the host is in OUTBOUND_HTTP_ALLOW.
    """
    scheme, host, port = _parts(url)
    addresses = _resolve(host, port)
    if host not in settings.OUTBOUND_HTTP_ALLOW and not all(map(_is_public, addresses)):
        raise ForbiddenAddress(
            _("%(host)s is an address inside a private network. An administrator can allow it"
              " in OUTBOUND_HTTP_ALLOW.") % {"host": host}
        )  # fmt: skip
    return CheckedAddress(scheme, host, port, addresses[0])


def guarded_session() -> requests.Session:
    """Return a session that checks every request, redirects included, and pins its address."""
    session = requests.Session()
    # A proxy from the environment would resolve the name again, out of our sight.
    session.trust_env = False
    session.mount("http://", _PinnedAdapter())
    session.mount("https://", _PinnedAdapter())
    return session


def _parts(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise ForbiddenAddress(_("This is not a valid address.")) from error
    if parts.scheme not in PORTS or not host:
        raise ForbiddenAddress(
            _("Only addresses that start with http:// or https:// are possible.")
        )
    return parts.scheme, host, port or PORTS[parts.scheme]


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ForbiddenAddress(_("%(host)s cannot be found.") % {"host": host}) from error
    return [address[0] for *_rest, address in found]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.split("%")[0])
    if address.version == 6:
        # An IPv4 address can hide in an IPv6 one and is reached through it.
        if address in NAT64:
            address = ipaddress.ip_address(int(address) & 0xFFFFFFFF)
        else:
            address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


class _PinnedAdapter(HTTPAdapter):
    """Connects to the checked address while the other side still hears the host's name."""

    def send(self, request, *args, **kwargs):
        request.headers["Host"] = urlsplit(request.url).netloc.rpartition("@")[2]
        return super().send(request, *args, **kwargs)

    def build_connection_pool_key_attributes(self, request, verify, cert=None):
        target = check_url(request.url)
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(
            request, verify, cert
        )
        host_params["host"] = target.address
        if target.scheme == "https":
            pool_kwargs |= {"server_hostname": target.host, "assert_hostname": target.host}
        return host_params, pool_kwargs
