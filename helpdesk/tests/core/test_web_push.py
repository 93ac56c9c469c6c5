"""Web Push: the example of the standard, and what any browser opens again."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core import web_push
from helpdesk.testing.push_server import Browser

# RFC 8291, appendix A.
TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6"
    "TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out_byte_for_byte():
    number = int.from_bytes(web_push.decoded(SENDER), "big")
    sender = ec.derive_private_key(number, web_push.CURVE)
    salt = web_push.decoded(SALT)
    assert (
        web_push.encoded(web_push.sealed(TEXT, PUBLIC, SECRET, sender=sender, salt=salt)) == SEALED
    )


@given(
    st.binary(max_size=web_push.LARGEST_PAYLOAD).filter(
        lambda data: not data.endswith((b"\0", b"\2"))
    )
)
def test_the_browser_it_is_for_opens_it_and_no_other(payload):
    browser, other = Browser(), Browser()
    sealed = web_push.sealed(payload, browser.public_key, browser.auth_secret)
    assert browser.opened(sealed) == payload
    with pytest.raises(InvalidTag):
        other.opened(sealed)


@given(st.text(max_size=100), st.text(max_size=40))
def test_keys_that_are_none_are_refused(public_key, secret):
    with pytest.raises(web_push.UnusableKeys):
        web_push.check_keys(public_key, secret)


def test_a_new_key_has_a_public_half_that_browsers_take():
    key = web_push.new_private_key()
    assert len(web_push.decoded(web_push.public_key_of(key))) == web_push.POINT_BYTES
    with pytest.raises(ValueError, match="32 bytes"):
        web_push.public_key_of("abcd")
