"""Phone numbers in their canonical form. Pure: knows three countries' extra digit, no database.

Brazil: mobiles come with and without the ninth digit (spec/03, 2.6). Mexico: WhatsApp writes
521 + ten digits, everybody else 52 + ten digits since 2019. Argentina: WhatsApp writes mobiles as
549 + ten digits, people often leave the 9 out; a fixed and a mobile number never share the ten.
"""

import re

_BRAZIL_MOBILE_OLD = re.compile(r"55(\d{2})([6-9]\d{7})", re.ASCII)
_BRAZIL_MOBILE = re.compile(r"55\d{2}9[6-9]\d{7}", re.ASCII)
_MEXICO_OLD = re.compile(r"521(\d{10})", re.ASCII)
_MEXICO = re.compile(r"52\d{10}", re.ASCII)
_ARGENTINA_SHORT = re.compile(r"54([1-3]\d{9})", re.ASCII)
_ARGENTINA = re.compile(r"549[1-3]\d{9}", re.ASCII)
_NOT_DIGITS = re.compile(r"[^0-9]+")


def canonical(number: str) -> str:
    """Return the digits of an international number in the one form we compare and store.

    Brazilian mobiles get their ninth digit (a rest of eight digits that starts with 2 to 5 is a
    landline and stays as it is), Mexican numbers lose the 1, Argentine ones get the 9.
    Returns '' when nothing is left.
    """
    digits = _digits(number)
    if match := _BRAZIL_MOBILE_OLD.fullmatch(digits):
        return f"55{match[1]}9{match[2]}"
    if match := _MEXICO_OLD.fullmatch(digits):
        return f"52{match[1]}"
    if match := _ARGENTINA_SHORT.fullmatch(digits):
        return f"549{match[1]}"
    return digits


def other_variant(number: str) -> str | None:
    """Return the same number with the extra digit added or left out, None where there is none."""
    digits = _digits(number)
    whole = canonical(digits)
    other = _without_extra_digit(whole)
    if other is None:
        return None
    return other if digits == whole else whole


def e164(number: str) -> str:
    """Return the number as stored and shown: a plus sign and the canonical digits, or ''."""
    digits = canonical(number)
    return f"+{digits}" if digits else ""


def readable(number: str) -> str:
    """Return a Brazilian number as people write it, '+55 (11) 98765-4321'; others as +digits."""
    digits = canonical(number)
    match = re.fullmatch(r"55(\d{2})(\d{4,5})(\d{4})", digits)
    if match:
        return f"+55 ({match[1]}) {match[2]}-{match[3]}"
    return f"+{digits}" if digits else ""


def _digits(number: str) -> str:
    return _NOT_DIGITS.sub("", number)


def _without_extra_digit(whole: str) -> str | None:
    """The rarer spelling of a canonical number."""
    if _BRAZIL_MOBILE.fullmatch(whole):
        return whole[:4] + whole[5:]
    if _MEXICO.fullmatch(whole):
        return f"521{whole[2:]}"
    if _ARGENTINA.fullmatch(whole):
        return f"54{whole[3:]}"
    return None
