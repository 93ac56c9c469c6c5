"""Static files: named by their contents and compressed where people use them, plain elsewhere."""

import hashlib
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles import storage as plain
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

STAMP = "static.stamp"
ENTRY_STYLES = "css/app.css"
IMPORT = re.compile(r'^@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>[a-z]+)\);$', re.MULTILINE)


class ModulesManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Our modules import each other by hashed names, and all styles are one file.

    Some forty style sheets, each asked for after the one that names it, cost more than their text.
    """

    support_js_module_import_aggregation = True
    # Only ours: django-htmx's comments name imports that are not there.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def post_process(self, paths, dry_run=False, **options):
        """Put the imported style sheets into the one that imports them, then go on as Django does."""
        if ENTRY_STYLES in paths and not dry_run:
            Path(self.path(ENTRY_STYLES)).write_text(joined_styles())
            paths[ENTRY_STYLES] = (plain.StaticFilesStorage(), ENTRY_STYLES)
        yield from super().post_process(paths, dry_run=dry_run, **options)


if settings.DEBUG or settings.TESTING:
    # Served straight from their sources (WHITENOISE_USE_FINDERS), so a change is seen at once.
    StaticFilesStorage = plain.StaticFilesStorage
else:
    StaticFilesStorage = ModulesManifestStaticFilesStorage


def joined_styles() -> str:
    """Return the entry of the styles with each import's text in its layer's place.

    Read from the sources, so that it may be done again. Addresses inside a sheet stay as they are:
    they are true only for sheets that lie beside the entry.
    """
    entry = Path(finders.find(ENTRY_STYLES))
    return IMPORT.sub(
        lambda found: f"@layer {found['layer']} {{\n{(entry.parent / found['path']).read_text()}}}",
        entry.read_text(),
    )


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
    digest = hashlib.sha256(Path(__file__).read_bytes())  # what is made of the sources
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
