"""CPF and CNPJ: whether the check digits fit (modulo 11, Receita Federal). Pure."""

import re

_CPF_WEIGHTS = range(11, 1, -1)
_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def digits_of(document: str) -> str:
    """Return the digits of a document as it was written."""
    return re.sub(r"[^0-9]", "", document)


def is_valid(document: str) -> bool:
    """Whether this is a CPF (11 digits) or a CNPJ (14) whose last two digits fit the others."""
    digits = digits_of(document)
    if len(set(digits)) < 2:  # 000.000.000-00 passes the sum and is nobody's
        return False
    if len(digits) == 11:
        weights = list(_CPF_WEIGHTS)
    elif len(digits) == 14:
        weights = list(_CNPJ_WEIGHTS)
    else:
        return False
    return digits[-2:] == _check_digit(digits[:-2], weights[1:]) + _check_digit(
        digits[:-1], weights
    )


def _check_digit(digits: str, weights: list[int]) -> str:
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return "0" if rest < 2 else str(11 - rest)
