"""Secrets that nobody has given: made once, kept in DATA_DIR/secrets, readable by the owner only."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept_secret(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Return the secret `name` kept in `folder`, making it with `make` at the first call.

    Two processes that start together end up with the same value: the file is created
    exclusively, and whoever comes second reads what the first has written.
    Raises OSError when the folder cannot be written.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(path, make())
    return path.read_text().strip()


def _create(path: Path, value: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(value + "\n")
    # A hard link appears with its whole contents or not at all, and never replaces a file.
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
