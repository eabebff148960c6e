"""Builds the pages of the web app when they are missing or older than their source.

Called by scripts/start and by the browser tests. Takes the machine's Node where it is new enough, else one from
requirements/node.lock. Without Node and network the site works, and its pages say how to build them. Ends with 3
where Node is missing, with 1 where the build failed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "apps" / "med_trace" / "frontend"
BUILT = ROOT / "apps" / "med_trace" / "med_trace" / "public" / "frontend"
STAMP = BUILT / ".source"
INSTALLED = SOURCE / "node_modules" / ".med_trace_lock"
BIN = ROOT / "env" / "bin"
OLDEST_NODE = 20
NOT_SOURCE = {"node_modules", "dist"}


def main() -> int:
    if is_built():
        return 0
    if not has_node() and not install_node():
        tell(
            f"Node {OLDEST_NODE} or newer is missing (apt-get install nodejs npm) and could not be installed."
        )
        return 3
    problem = build()
    if problem:
        tell(problem)
    return 1 if problem else 0


def tell(problem: str) -> None:
    print(f"The web app could not be built; everything else works. {problem}", file=sys.stderr)


def is_built() -> bool:
    return STAMP.exists() and STAMP.read_text() == state_of_source()


def state_of_source() -> str:
    state = hashlib.sha256()
    for path in sorted(SOURCE.rglob("*")):
        relative = path.relative_to(SOURCE)
        if path.is_file() and relative.parts[0] not in NOT_SOURCE and not path.name.endswith(".d.ts"):
            state.update(str(relative).encode() + path.read_bytes())
    return state.hexdigest()


def build() -> str | None:
    """Installs the packages and builds; says what went wrong, None when all is well."""
    if not has_node() and not install_node():
        return (
            f"Node {OLDEST_NODE} or newer is missing (apt-get install nodejs npm) and could not be installed."
        )
    state = state_of_source()  # what is edited during the build is built by the next one
    problem = install_packages() or step("Building the web app", ["npm", "run", "build"])
    if not problem:
        STAMP.write_text(state)
    return problem


def install_packages() -> str | None:
    """The packages as the lock names them; nothing to do when these are there."""
    if INSTALLED.exists() and INSTALLED.read_text() == lock_of_packages():
        return None
    problem = step(
        "Installing the packages of the web app (a minute the first time)",
        ["npm", "ci", "--no-audit", "--no-fund"],
    )
    if not problem:
        INSTALLED.write_text(lock_of_packages())
    return problem


def lock_of_packages() -> str:
    return hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()


def step(text: str, command: list[str]) -> str | None:
    say(text)
    done = run(command)
    if done.returncode:
        return f"{' '.join(command)} in {SOURCE} ended with:\n{(done.stdout + done.stderr)[-1500:]}"
    return None


def has_node() -> bool:
    """Whether npm is there with a Node that is new enough."""
    if not shutil.which("npm", path=search_path()):
        return False
    version = run(["node", "--version"]).stdout
    found = re.match(r"v(\d+)", version)
    return bool(found) and int(found.group(1)) >= OLDEST_NODE


def install_node() -> bool:
    say("Installing Node into env/")
    lock = ROOT / "requirements" / "node.lock"
    command = [
        str(BIN / "python"),
        "-m",
        "pip",
        "install",
        "-q",
        "--require-hashes",
        "--no-deps",
        "-r",
        str(lock),
    ]
    return run(command).returncode == 0 and has_node()


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": search_path(), "CI": "true"}
    try:
        return subprocess.run(command, cwd=SOURCE, env=environment, capture_output=True, text=True)
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def search_path() -> str:
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(BIN)])


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
