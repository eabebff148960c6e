"""The script that keeps the pages on a device: served above the pages it keeps, by both runtimes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "apps/med_trace/med_trace/www/med-trace-sw.js"


@pytest.mark.requirement("VIEW-2")
def test_the_service_worker_is_a_script_at_the_root_for_anyone(client: Any) -> None:
    answer = client.get("/med-trace-sw.js")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
    assert answer.text.strip() == SCRIPT.read_text(encoding="utf-8").strip()


def test_the_service_worker_has_nothing_that_a_template_engine_would_read() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    assert [mark for mark in ("{{", "{%", "{#") if mark in source] == []


def test_no_other_script_is_served_there(client: Any) -> None:
    assert client.get("/nothing-here.js").status == 404
    assert client.get("/../hooks.py").status == 404
