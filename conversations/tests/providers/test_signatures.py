import hashlib
import hmac

import pytest

from conversations.providers.signatures import fits, sign

BODY = b'{"text":"\\u00e9"}'


def test_a_signature_is_the_hmac_of_the_raw_body():
    assert sign("s", BODY) == "sha256=" + hmac.new(b"s", BODY, hashlib.sha256).hexdigest()


def test_the_right_secret_fits():
    assert fits("s", BODY, sign("s", BODY))


@pytest.mark.parametrize(
    "header", [None, "", "sha256=", sign("other", BODY), sign("s", BODY + b" "), "sha1=é", "\ud800",
               sign("s", BODY).upper(), sign("s", BODY)[7:]],
)  # fmt: skip
def test_anything_else_does_not_fit(header):
    assert not fits("s", BODY, header)


def test_an_empty_secret_never_fits():
    assert not fits("", BODY, sign("", BODY))
