"""One process per folder."""

import fcntl
from pathlib import Path
from typing import IO


def take_folder(folder: Path) -> IO | None:
    """Take the folder for this process until it ends, however it ends; None when another has it.

    Keep what is returned: closing the file gives the folder back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
