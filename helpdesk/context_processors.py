"""What every template may use."""

from django.conf import settings


def site(request) -> dict:
    """Return the site's name and what is switched on."""
    return {
        "site_name": settings.SITE_NAME,
        "simulator_is_on": settings.SIMULATOR,
        "demo_is_on": settings.DEMO,
    }
