"""Makes the demo site when it is not there, brings it up to date, and serves it until Ctrl+C.

Called by scripts/start. A new site is made under another name and renamed when it is complete,
so that a start that was interrupted leaves no half site.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
SITES = ROOT / "sites"
BIN = ROOT / "env" / "bin"
SITE = "demo.localhost"
HALF = f"{SITE}.new"
ADMIN_PASSWORD = "admin"
STATE_FILE = "migrated"
SECONDS_TO_SERVE = 60
NEEDED_MB = 200


def main() -> None:
    options = parse()
    require_free_port(options.port)
    require_space()
    if not (SITES / SITE / "site.db").exists():
        make_site()
    elif known_state(SITE) != code_state():
        say("The code has changed: migrating")
        bench(SITE, "migrate")
        note_state(SITE)
    serve(options.port)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/start", description="Serves the demo site.")
    parser.add_argument("--port", type=int, default=8000)
    return parser.parse_args()


def say(text: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def fail(text: str, code: int) -> NoReturn:
    print(text, file=sys.stderr)
    raise SystemExit(code)


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            fail(
                f"Port {port} cannot be used ({error.strerror}). Stop what uses it, or take another: "
                f"scripts/start --port {port + 1}",
                4,
            )


def require_space() -> None:
    free = shutil.disk_usage(SITES).free // 2**20
    if free < NEEDED_MB:
        fail(f"{NEEDED_MB} MB of free disk space are needed under {SITES}, {free} MB are there", 3)


# -- the site -----------------------------------------------------------------


def make_site() -> None:
    for interrupted in (SITE, HALF):
        shutil.rmtree(SITES / interrupted, ignore_errors=True)
    started = time.time()
    say(f"Making the site {SITE} with frappe, erpnext and med_trace")
    apps = ["--install-app", "erpnext", "--install-app", "med_trace"]
    bench(None, "new-site", HALF, "--admin-password", ADMIN_PASSWORD, *apps)
    say("Loading the demo plant")
    bench(HALF, "med-trace", "demo")
    note_state(HALF)
    (SITES / HALF).rename(SITES / SITE)
    say(f"The site is ready after {time.time() - started:.0f} s")


def bench(site: str | None, *arguments: str) -> None:
    """One bench command in this bench; its error ends the start."""
    command = [str(BIN / "python"), "-m", "frappe.utils.bench_helper", "frappe"]
    command += (["--site", site] if site else []) + list(arguments)
    done = subprocess.run(command, cwd=SITES)
    if done.returncode:
        fail(f"bench {' '.join(arguments)} failed; the lines above say why", done.returncode or 1)


def code_state() -> str:
    """Changes whenever a file that a migration reads has changed."""
    state = hashlib.sha256()
    for path in sorted(migrated_files()):
        described = path.stat()
        state.update(f"{path.relative_to(ROOT)} {described.st_size} {described.st_mtime_ns}\n".encode())
    return state.hexdigest()


def migrated_files() -> Iterator[Path]:
    for folder in (ROOT / "apps", ROOT / "embedded" / "src"):
        for ending in ("*.json", "*.txt", "hooks.py"):
            yield from (path for path in folder.rglob(ending) if "node_modules" not in path.parts)


def known_state(site: str) -> str:
    path = SITES / site / STATE_FILE
    return path.read_text() if path.exists() else ""


def note_state(site: str) -> None:
    (SITES / site / STATE_FILE).write_text(code_state())


# -- serving ------------------------------------------------------------------


def serve(port: int) -> None:
    """Runs the processes of the Procfile; Ctrl+C or a kill ends them all."""
    path = os.environ.get("PATH", os.defpath)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{path}", "MED_TRACE_PORT": str(port)}
    processes = subprocess.Popen([str(BIN / "honcho"), "start"], cwd=ROOT, env=environment)

    def stop(number: int, frame: FrameType | None) -> None:
        processes.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if answers(port, processes):
        show_address(port)
    raise SystemExit(abs(processes.wait()) if processes.returncode != -signal.SIGTERM else 0)


def answers(port: int, processes: subprocess.Popen[bytes]) -> bool:
    until = time.time() + SECONDS_TO_SERVE
    while time.time() < until and processes.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/method/ping", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def show_address(port: int) -> None:
    from med_trace.demo.users import PASSWORD, USERS

    width = max(len(user.email) for user in USERS)
    print(f"\n  med_trace is at http://127.0.0.1:{port}\n\n  password of all demo users: {PASSWORD}")
    for user in USERS:
        print(f"  {user.email:<{width}}  {user.role}")
    print(f"  {'Administrator':<{width}}  password {ADMIN_PASSWORD}\n\n  Ctrl+C stops it.\n", flush=True)


if __name__ == "__main__":
    main()
