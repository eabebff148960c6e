"""How much of a proof runs: a small share in scripts/test, all of it by scripts/prove. And from which seed."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

SEED = int(os.environ.get("MED_TRACE_SEED") or 20261122)
# Proof -> (its share in scripts/test, its full size).
SIZES = {
    "sql": (250, 6_000),
    "fuzz": (2, 60),
    "clients": (50, 50),
    "crash": (4, 500),
    "crash_minutes": (5, 600),  # and no longer
    "tampering": (80, 10_000),
    "entries": (1_500, 20_500),
    "package": (30, 2_000),
}


def size(proof: str) -> int:
    """The number asked for by scripts/prove, the full one, or the share of the daily tests."""
    asked = json.loads(os.environ.get("MED_TRACE_PROVE") or "null")
    share, full = SIZES[proof]
    return share if asked is None else int(asked.get(proof) or full)


def is_full() -> bool:
    return bool(os.environ.get("MED_TRACE_PROVE"))


def chance(proof: str) -> random.Random:
    """Draws of this proof: the same for the same seed, whatever else runs."""
    return random.Random(f"{SEED}/{proof}")


def report(proof: str, **figures: Any) -> None:
    """Hands figures to scripts/prove, which writes docs/reliability.md; prints them otherwise."""
    line = json.dumps({"proof": proof, "seed": SEED, **figures}, default=str)
    target = os.environ.get("MED_TRACE_FIGURES")
    if target:
        with Path(target).open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
    print(line)
