"""CPU time of processes, from /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of_tree(pid: int) -> float:
    """Return the CPU seconds of a process and of all its living descendants."""
    return sum(_seconds(one) for one in tree(pid))


def tree(pid: int) -> list[int]:
    """Return a process and all its living descendants."""
    children: dict[int, list[int]] = {}
    for stat in _all_stats():
        children.setdefault(stat["parent"], []).append(stat["pid"])
    wanted, found = [pid], []
    while wanted:
        found.append(wanted.pop())
        wanted += children.get(found[-1], [])
    return found


def seconds_of_command(word: str) -> float:
    """Return the CPU seconds of all processes whose command line contains a word."""
    return sum(_seconds(stat["pid"]) for stat in _all_stats() if word in _command_line(stat["pid"]))


def _all_stats() -> list[dict]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            fields = _fields(int(folder.name))
            if fields:
                found.append({"pid": int(folder.name), "parent": int(fields[1])})
    return found


def _fields(pid: int) -> list[str]:
    """The fields after the name in parentheses, which may itself contain spaces."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []  # it has ended meanwhile


def _seconds(pid: int) -> float:
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
