"""The runtime's own words in Chinese, as Frappe and ERPNext bring theirs: what it fills in stays filled in."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "embedded" / "src"
PLACE = re.compile(r"\{(\d*)\}")

pytestmark = [pytest.mark.requirement("CFG-3"), pytest.mark.embedded_only]


@pytest.mark.parametrize("app", ["frappe", "erpnext"])
def test_a_translation_fills_in_what_its_text_does(app: str) -> None:
    with (SOURCE / app / "translations" / "zh.csv").open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.reader(source) if row]
    assert len(rows) > 100
    assert [row for row in rows if len(row) != 2 or not row[1]] == []
    assert [row for row in rows if sorted(PLACE.findall(row[0])) != sorted(PLACE.findall(row[1]))] == []


def test_labels_of_stock_documents_and_refusals_are_said_in_chinese(site: str) -> None:
    from frappe import _

    assert _("Posting Date", "zh") == "过账日期"
    assert _("Error: Value missing for {0}: {1}", "zh").startswith("错误")
