"""Installs into env/ what the lock files say, and the few Debian packages that PDFs need.

Called by scripts/prepare. Knows nothing of sites.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
ENV = ROOT / "env"
PYTHON = ENV / "bin" / "python"
EDITABLE = ("embedded", "apps/med_trace")
NEEDED_MB = 1500
LIBRARIES = {  # library -> Debian package; all three belong to WeasyPrint
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
CHINESE_FONT = "fonts-noto-cjk"  # consignees and labels in Chinese


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    lock = ROOT / "requirements" / f"{kind}.lock"
    if is_prepared(lock, kind):
        return
    require_space()
    install_debian_packages()
    make_environment()
    say(f"Installing the packages of requirements/{kind}.lock into env/ (a minute or two the first time)")
    pip("install", "--require-hashes", "--no-deps", "-r", str(lock))
    for folder in EDITABLE:
        pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT / folder))
    for done in {kind, "run"}:
        stamp(done).write_text(fingerprint(ROOT / "requirements" / f"{done}.lock"))
    say("env/ is ready")


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(code)


def stamp(kind: str) -> Path:
    return ENV / f".{kind}.lock-installed"


def fingerprint(lock: Path) -> str:
    """What was installed, and whereto: a moved folder needs its editable installs anew."""
    described = [(ROOT / folder / "pyproject.toml").read_bytes() for folder in EDITABLE]
    return hashlib.sha256(b"".join([lock.read_bytes(), *described, str(ROOT).encode()])).hexdigest()


def is_prepared(lock: Path, kind: str) -> bool:
    return PYTHON.exists() and stamp(kind).exists() and stamp(kind).read_text() == fingerprint(lock)


def require_space() -> None:
    free = shutil.disk_usage(ROOT).free // 2**20
    if free < NEEDED_MB:
        fail(f"{NEEDED_MB} MB of free disk space are needed under {ROOT}, {free} MB are there", 3)


def make_environment() -> None:
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    say(f"Creating env/ with Python {sys.version.split()[0]}")
    if ENV.exists():
        shutil.rmtree(ENV)
    done = subprocess.run([sys.executable, "-m", "venv", str(ENV)], capture_output=True, text=True)
    if done.returncode and apt_install(["python3-venv"]):
        done = subprocess.run([sys.executable, "-m", "venv", str(ENV)], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(ENV, ignore_errors=True)
        fail(
            f"Python cannot make a virtual environment. On Debian: apt-get install python3-venv\n{done.stdout}",
            2,
        )


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 0:
        return
    if "No space left" in done.stderr:
        fail(f"The disk is full: packages could not be installed under {ROOT}", 3)
    fail(
        f"{done.stdout[-1500:]}\n{done.stderr[-3000:]}\nCould not install; the command was: {' '.join(command)}",
        5,
    )


# -- Debian packages ----------------------------------------------------------


def install_debian_packages() -> None:
    missing = [package for library, package in LIBRARIES.items() if not ctypes.util.find_library(library)]
    if not has_chinese_font():
        missing.append(CHINESE_FONT)
    if missing and not apt_install(missing):
        say(
            "PDFs need packages of the system that are not there; everything else works without. "
            f"As root: apt-get install {' '.join(missing)}"
        )


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return any(Path("/usr/share/fonts").rglob("*CJK*"))
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True)
    return bool(listed.stdout.strip())


def apt_install(packages: list[str]) -> bool:
    """Installs them when this is root on a Debian; says whether they are there now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing Debian packages: {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for command in (install, ["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True)
        if done.returncode == 0 and command is install:
            return True
    say(f"apt-get failed: {done.stderr.strip()[-300:]}")
    return False


if __name__ == "__main__":
    main()
