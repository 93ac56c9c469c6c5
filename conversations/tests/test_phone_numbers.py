import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.phone_numbers import canonical, e164, other_variant, readable

# number, canonical, other variant
NUMBERS = [
    ("551187654321", "5511987654321", "5511987654321"),  # São Paulo, without the ninth digit
    ("5511987654321", "5511987654321", "551187654321"),
    ("555181234567", "5551981234567", "5551981234567"),
    ("+55 (51) 98123-4567", "5551981234567", "555181234567"),
    ("551140028922", "551140028922", None),  # landlines: a rest of 2 to 5
    ("551132654321", "551132654321", None),
    ("5511912345678", "5511912345678", None),  # ninth digit, but nothing to leave out
    ("5215512345678", "525512345678", "525512345678"),  # Mexico
    ("525512345678", "525512345678", "5215512345678"),
    ("5491123456789", "5491123456789", "541123456789"),  # Argentina
    ("541123456789", "5491123456789", "5491123456789"),
    ("14155550100", "14155550100", None),
    ("55119876543210", "55119876543210", None),  # too long to be anybody's
    ("", "", None),
    ("abc", "", None),
    ("١٢٣", "", None),  # other scripts' digits are no wire digits
]


@pytest.mark.parametrize(("number", "whole", "other"), NUMBERS)
def test_a_number_has_one_canonical_form_and_maybe_another_spelling(number, whole, other):
    assert canonical(number) == whole
    assert other_variant(number) == other


@given(st.from_regex(r"(55|52|521|54|549|1)[0-9]{8,11}", fullmatch=True))
def test_both_spellings_have_the_same_canonical_form(number):
    assert canonical(canonical(number)) == canonical(number)
    other = other_variant(number)
    if other is not None:
        assert other != number
        assert canonical(other) == canonical(number)
        assert number in (other_variant(other), canonical(number)) or other_variant(other) == number


def test_e164_has_a_plus_and_nothing_has_none():
    assert e164("551187654321") == "+5511987654321"
    assert e164("-") == ""


@pytest.mark.parametrize(
    ("number", "shown"),
    [("551187654321", "+55 (11) 98765-4321"), ("551140028922", "+55 (11) 4002-8922"),
     ("14155550100", "+14155550100"), ("", "")],
)  # fmt: skip
def test_a_brazilian_number_reads_as_people_write_it(number, shown):
    assert readable(number) == shown
