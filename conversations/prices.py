"""What a message costs, by what administrators have entered: WhatsApp changes its rates by the quarter.

An announcement of the price before sending; what was charged stands on the message (`pricing`).
"""

from decimal import Decimal

from django.utils.formats import number_format

from accounts.models import site_setting

CATEGORIES = ("utility", "marketing", "authentication", "service")
SYMBOLS = {"BRL": "R$", "USD": "US$", "EUR": "€"}
MOST_DECIMALS = 4


def price_of(category: str) -> Decimal:
    """Return the price of one delivered message of a category, in the currency of the settings."""
    name = category.lower()
    return Decimal(str(site_setting(f"price_{name if name in CATEGORIES else 'service'}")))


def in_words(amount: Decimal) -> str:
    """Return an amount for people: two decimals, up to four where they are needed."""
    currency = site_setting("price_currency")
    exact = amount.quantize(Decimal(10) ** -MOST_DECIMALS).normalize()
    decimals = max(2, -int(exact.as_tuple().exponent))
    number = number_format(exact, decimal_pos=decimals, use_l10n=True)
    return f"{SYMBOLS.get(currency, currency)} {number}"
