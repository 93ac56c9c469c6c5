"""Where a pasted map link points to. Pure, and without asking anybody on the network."""

import re
from urllib.parse import unquote

_NUMBER = r"(-?\d{1,3}(?:\.\d+)?)"
_PAIR = rf"{_NUMBER}\s*,\s*\+?{_NUMBER}"

# In this order: the place itself before the middle of the map that shows it.
_FORMS = [
    re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}"),  # Google: the place
    re.compile(rf"[?&](?:q|query|ll|daddr|destination|sll|coordinate)=(?:loc:)?{_PAIR}"),
    re.compile(rf"[?&]mlat={_NUMBER}&mlon={_NUMBER}"),  # OpenStreetMap: the mark
    re.compile(rf"^geo:{_PAIR}", re.IGNORECASE),
    re.compile(rf"/(?:place|search|dir)/\+?{_PAIR}"),
    re.compile(rf"@{_PAIR}"),  # Google: the middle
    re.compile(rf"#map=\d+(?:\.\d+)?/{_NUMBER}/{_NUMBER}"),  # OpenStreetMap: the middle
    re.compile(rf"^\(?{_PAIR}\)?$"),  # coordinates as they are copied
]


def coordinates(link: str) -> tuple[float, float] | None:
    """Return (latitude, longitude) in degrees; None where the link does not say them.

    Short links (maps.app.goo.gl) do not: only their server knows.
    """
    text = unquote(link.strip()).replace("%2C", ",")
    for form in _FORMS:
        found = form.search(text)
        if found:
            latitude, longitude = map(float, found.groups())
            return (latitude, longitude) if _is_on_earth(latitude, longitude) else None
    return None


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180
