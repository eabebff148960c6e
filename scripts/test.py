"""Runs pytest with env/, or with the interpreter of a real bench when MED_TRACE_BENCH names one.

On a bench the test packages go into a folder of their own behind the bench's packages: nothing is
installed into the bench.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "logs" / "test-results.json"  # for the validation pack
OVERLAY = ROOT / "env" / "bench-tests"
BEHIND = "import sys; sys.path.append(sys.argv.pop(1)); import pytest; sys.exit(pytest.main(sys.argv[1:]))"


def main() -> None:
    arguments = sys.argv[1:]
    bench = os.environ.get("MED_TRACE_BENCH")
    if bench:
        command = on_bench(Path(bench), arguments)
    else:
        command = [sys.executable, "-m", "pytest", *(arguments or ["-n", str(workers())])]
    os.environ.setdefault("MED_TRACE_RESULTS", str(RESULTS))
    os.chdir(ROOT)
    os.execv(command[0], command)


def workers() -> int:
    return min(4, os.cpu_count() or 1)


def on_bench(bench: Path, arguments: list[str]) -> list[str]:
    python = bench / "env" / "bin" / "python"
    if not python.exists() or not os.environ.get("MED_TRACE_SITE"):
        raise SystemExit(
            f"MED_TRACE_BENCH={bench} needs {python} and a site: MED_TRACE_SITE=name. The site needs erpnext and med_trace."
        )
    lock, installed = ROOT / "requirements" / "bench.lock", OVERLAY / "bench.lock"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        shutil.rmtree(OVERLAY, ignore_errors=True)
        packages = ["--require-hashes", "--no-deps", "-r", str(lock)]
        subprocess.run([python, "-m", "pip", "install", "-q", "--target", OVERLAY, *packages], check=True)
        shutil.copy(lock, installed)
    return [str(python), "-c", BEHIND, str(OVERLAY), *arguments]


if __name__ == "__main__":
    main()
