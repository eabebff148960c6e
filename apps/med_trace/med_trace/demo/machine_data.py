"""The recording of the turning machine: what it says of a process, and the file itself with its hash."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from med_trace.domain import shdr

FILE = "machine-data/okuma-multus-u3000-turning.shdr"

# The finishing pass in the recording, UTC.
START = datetime(2022, 8, 8, 14, 29, 13, tzinfo=timezone.utc)
TURNED = datetime(2022, 8, 8, 14, 29, 37, tzinfo=timezone.utc)
END = datetime(2022, 8, 8, 14, 30, 20, tzinfo=timezone.utc)

Reading = dict[str, float]


def read_turning(fixtures: Path) -> dict[str, Reading]:
    """The readings of the routing's parameters: value, and the span from minimum to maximum."""
    observations = list(shdr.read((fixtures / FILE).read_text(encoding="utf-8").splitlines()))
    speed, feed, load = (
        shdr.summarise(observations, key, START, TURNED) for key in ("S2speed", "p1Frcmd", "Z1load")
    )
    cutting, parts = (shdr.summarise(observations, key, START, END) for key in ("pCuttingTime", "ppartcount"))
    return {
        "Spindle speed": _span(speed),
        "Path feed": _span(feed),
        "Z axis load": _span(load),
        "Cutting time": {"value": cutting.final - cutting.minimum},
        "Part count": {"value": parts.final - parts.minimum},
    }


def _span(summary: shdr.Summary) -> Reading:
    return {"value": round(summary.mean, 4), "minimum": summary.minimum, "maximum": summary.maximum}
