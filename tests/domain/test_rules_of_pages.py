"""The pages judge while somebody types; they say what the server will say: both are held against the same cases."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from med_trace.domain import inspection as rules
from med_trace.domain.limits import Limits, judge

CASES = json.loads(
    (Path(__file__).parents[2] / "apps/med_trace/frontend/src/floor/rules.json").read_text(encoding="utf-8")
)
FIELDS = ("lower_limit", "lower_warning", "upper_warning", "upper_limit")


def number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


@pytest.mark.requirement("PROD-4", "VIEW-2")
def test_limits_say_the_same_on_both_sides() -> None:
    wrong = [
        case
        for case in CASES["limits"]
        if judge(case[1], **dict(zip(FIELDS, map(number, case[0]), strict=True))).value != case[2]
    ]
    assert wrong == []
    assert len(CASES["limits"]) > 100


@pytest.mark.requirement("INSP-2", "VIEW-2")
@pytest.mark.parametrize("case", CASES["plans"], ids=lambda case: case["verdict"] or "open")
def test_verdicts_say_the_same_on_both_sides(case: dict[str, Any]) -> None:
    plan = [
        rules.Characteristic(
            one["characteristic"],
            rules.Method(one["kind"]),
            Limits(lower_limit=number(one["lower_limit"]), upper_limit=number(one["upper_limit"])),
            one["samples"],
        )
        for one in case["plan"]
    ]
    readings = [
        rules.Reading(name, sample, number(row.get("value")), rules.Result(row.get("attribute") or ""))
        for name, rows in case["readings"].items()
        for sample, row in enumerate(rows, start=1)
    ]
    assert rules.conclude(plan, Decimal(10), readings).value == case["verdict"]
    assert rules.missing_samples(plan, Decimal(10), readings) == case["missing"]
