"""`make bench`: every benchmark and every heavy proof, at full scale, one after the other."""

import os
import subprocess
import sys

COMMANDS = [
    [sys.executable, "-m", "benchmarks.bench_start"],
    [sys.executable, "-m", "benchmarks.bench_engine"],
    [sys.executable, "-m", "benchmarks.bench_pipeline", "--rates", "167", "300", "500"],
    [sys.executable, "-m", "pytest", "-s", "helpdesk/tests/processes/test_kills.py"],
    [sys.executable, "-m", "pytest", "-s", "helpdesk/tests/processes/test_sending_with_kills.py"],
    [sys.executable, "-m", "benchmarks.bench_channels"],
    [sys.executable, "-m", "benchmarks.make_history"],
    [sys.executable, "-m", "benchmarks.bench_pages", "--history"],
]


def main() -> int:
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        print("PostgreSQL and Redis are needed: set DATABASE_URL and REDIS_URL", file=sys.stderr)
        return 2
    environment = os.environ | {"PROCESS_TESTS": "full"}
    failed = []
    for command in COMMANDS:
        print("\n$", " ".join(command[1:]), flush=True)
        if subprocess.run(command, env=environment).returncode:
            failed.append(command)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
