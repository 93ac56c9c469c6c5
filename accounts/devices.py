"""What a browser calls itself, in words that a person knows. A hint, never a proof."""

from django.utils.translation import gettext as _

# The first that fits counts: every browser also claims to be the ones below it.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
    ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
PHONES = ("iPhone", "Android")


def described(user_agent: str) -> str:
    """Return 'Chrome, Windows' and the like."""
    parts = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return ", ".join(part for part in parts if part) or _("Unknown device")


def is_phone(user_agent: str) -> bool:
    return _first(SYSTEMS, user_agent) in PHONES


def _first(names, user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
