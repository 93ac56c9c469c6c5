"""Every address is public by name, or asks who is there."""

import re

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

PUBLIC = {
    "account_login",
    "account_reset_password",  # answers known and unknown addresses alike
    "account_reset_password_done",
    "account_reset_password_from_key",  # proves itself by the key from the mail
    "account_reset_password_from_key_done",
    "accounts:open_reset",
    "accounts:open_invitation",
    "accounts:accept_invitation",  # proves itself by the token from the mail
    "account_logout",  # by POST; without a session there is nothing to end
    "health",
    "health_ready",
    "favicon",
    "service_worker",  # a script, the same for everybody
    "home",  # leads to the inbox, which asks
    "whatsapp_webhook",  # proves itself by signature or verify token
    "gateway_webhook",  # proves itself by its path and a secret header
    "admin:login",
    "admin:logout",
    "admin:jsi18n",
}
# The stand-in for Meta is guarded by access tokens, as Meta is, and not by sessions.
GRAPH = "/simulator/graph/"
SAMPLES = {
    "uuid": "01a1f956-cf72-78f4-8a47-fb6dc2d2ce8a",
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
}


def every_address(patterns=None, prefix="", namespace=""):
    """Yield (name, address with sample values) of all that can be reached."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + _sample(pattern)
        if isinstance(pattern, URLPattern):
            name = pattern.name or pattern.callback.__name__
            yield f"{namespace}:{name}" if namespace else name, "/" + route
        else:
            inner = pattern.namespace or namespace
            yield from every_address(pattern.url_patterns, route, inner)


def _sample(pattern):
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        sample = SAMPLES.get({"string": "str"}.get(kind, kind), "x")
        route = re.sub(rf"<(\w+:)?{name}>", sample, route)
    return re.sub(r"\(\?P<\w+>[^)]*\)", "x", route).strip("^$").replace("\\Z", "")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_is_public_by_name_or_asks_for_a_login(client, method):
    open_doors = []
    for name, address in every_address():
        if name in PUBLIC or address.startswith(GRAPH):
            continue
        answer = getattr(client, method)(address)
        if not _is_closed(answer):
            open_doors.append(f"{name} ({method} {address}): {answer.status_code}")
    assert not open_doors, "\n".join(open_doors)


def _is_closed(answer) -> bool:
    if answer.status_code in (301, 302):
        return "/login/" in answer.url
    return answer.status_code in (401, 403, 404, 405)
