"""Memory of processes, from /proc."""

from pathlib import Path

from benchmarks.cpu import tree


def of_tree(pid: int) -> int:
    """Return the bytes in memory of a process and its descendants; what they share counts once."""
    return sum(_bytes(one) for one in tree(pid))


def _bytes(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0  # it has ended meanwhile
    return int(text.partition("\nPss:")[2].split()[0] or 0) * 1024 if "\nPss:" in text else 0
