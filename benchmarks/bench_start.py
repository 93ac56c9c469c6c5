"""How long the embedded default takes to answer, from its second start on, and what it weighs idle.

    python -m benchmarks.bench_start [--repeats 3]

The baseline of the same run is a bare interpreter that sets Django up and does nothing else.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from helpdesk.testing.processes import ROOT, RunningProcess, environment_for, wait_until_ready

BARE = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'helpdesk.settings'; import django; django.setup()"


def main() -> None:
    """Print a small table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_start")
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_for(Path(folder))
        first, _ = start_once(environment)
        again = [start_once(environment) for _ in range(repeats)]
        bare = [bare_once(environment) for _ in range(repeats)]
    seconds, memory = median(s for s, _ in again), median(m for _, m in again)
    print("| what | median |\n| --- | --- |")
    print(f"| first start, migrations and demo included | {first:.1f} s |")
    print(f"| second start until /health/ready | {seconds:.1f} s |")
    print(f"| ratio to a bare django.setup() | {seconds / median(bare):.1f} |")
    print(f"| resident memory, idle | {memory:.0f} MiB |")


def start_once(environment: dict[str, str]) -> tuple[float, float]:
    """Start, measure until ready (seconds) and the memory (MiB), and stop."""
    process = RunningProcess("start", environment).start()
    try:
        seconds = wait_until_ready(environment)
        status = Path(f"/proc/{process.pid}/status").read_text()
    finally:
        process.stop()
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return seconds, int(kilobytes) / 1024


def bare_once(environment: dict[str, str]) -> float:
    """Seconds of an interpreter that only sets Django up."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", BARE], cwd=ROOT, env=environment, check=True)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
