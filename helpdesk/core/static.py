"""Static files: named by their contents and compressed where people use them, plain elsewhere."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles import storage as plain
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

STAMP = "static.stamp"


class ModulesManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also gives our own JavaScript modules the hashed names of what they import."""

    support_js_module_import_aggregation = True
    # Only ours: django-htmx's comments name imports that are not there.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )


if settings.DEBUG or settings.TESTING:
    # Served straight from their sources (WHITENOISE_USE_FINDERS), so a change is seen at once.
    StaticFilesStorage = plain.StaticFilesStorage
else:
    StaticFilesStorage = ModulesManifestStaticFilesStorage


def collect_when_changed() -> bool:
    """Run collectstatic unless nothing has changed since the last time; return whether it ran."""
    stamp = settings.DATA_DIR / STAMP
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    state = _state_of_sources()
    if manifest.exists() and stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)
    return True


def _state_of_sources() -> str:
    """A digest of names, sizes and times: reading all the contents would take longer than starting."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
