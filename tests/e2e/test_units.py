"""The pure parts of the pages (layout, texts, formats, addresses), by vitest."""

from __future__ import annotations

import subprocess
from pathlib import Path


def test_pure_parts_of_the_pages(node_modules: Path) -> None:
    done = subprocess.run(["npm", "test"], cwd=node_modules.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_pages_are_typed(node_modules: Path) -> None:
    done = subprocess.run(
        ["npm", "run", "typecheck"], cwd=node_modules.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:]
