"""A recording of a machine is summed up as the machine meant it: a value holds until the next."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain import shdr
from med_trace.domain.errors import BadInput

RECORDING = Path(__file__).parents[2] / "fixtures" / "machine-data" / "okuma-multus-u3000-turning.shdr"
START = datetime(2022, 8, 8, 14, 0, tzinfo=timezone.utc)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def line(seconds: float, *fields: object) -> str:
    return "|".join([at(seconds).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z", *map(str, fields)])


def test_a_value_holds_until_the_next_one() -> None:
    lines = [line(-5, "speed", 100), line(10, "speed", 400), line(20, "load", 7)]
    summary = shdr.summarise(shdr.read(lines), "speed", at(0), at(40))
    assert (summary.minimum, summary.mean, summary.maximum, summary.count) == (100, 325, 400, 1)
    assert (summary.first, summary.last, summary.final) == (at(10), at(40), 400)


def test_what_was_reported_after_the_window_does_not_count() -> None:
    summary = shdr.summarise(shdr.read([line(1, "a", 1), line(9, "a", 50)]), "a", at(0), at(5))
    assert summary.maximum == 1


def test_conditions_assets_and_protocol_lines_are_no_series() -> None:
    lines = [
        "* shdrVersion: 2.0",
        line(0, "coolant", "NORMAL", "", "", "", ""),
        line(1, "@ASSET@", "T1", "CuttingTool", "--multiline--AB"),
        "<CuttingTool>|speed|9</CuttingTool>",
        "--multiline--AB",
        line(2, "speed", 3, "mode", "AUTOMATIC"),
    ]
    assert [(one.key, one.value) for one in shdr.read(lines)] == [("speed", "3"), ("mode", "AUTOMATIC")]


def test_a_gap_in_the_series_is_left_out_of_the_mean() -> None:
    lines = [line(0, "feed", 2), line(10, "feed", shdr.UNAVAILABLE), line(30, "feed", 4)]
    assert shdr.summarise(shdr.read(lines), "feed", at(0), at(40)).mean == 3


def test_a_series_that_is_missing_is_named() -> None:
    with pytest.raises(BadInput, match="torque"):
        shdr.summarise(shdr.read([line(0, "feed", 2)]), "torque", at(0), at(10))


def test_a_line_without_a_time_is_named_by_its_number() -> None:
    with pytest.raises(BadInput, match="Line 2"):
        list(shdr.read([line(0, "feed", 2), "yesterday|feed|2"]))


@given(st.lists(st.tuples(st.floats(0.001, 100), st.floats(-1e6, 1e6)), min_size=1, max_size=30))
def test_the_mean_lies_between_minimum_and_maximum(steps: list[tuple[float, float]]) -> None:
    moment, lines = 0.0, []
    for wait, value in steps:
        lines.append(line(moment, "x", value))
        moment += wait
    summary = shdr.summarise(shdr.read(lines), "x", at(0), at(moment))
    slack = 1e-6 * max(abs(summary.minimum), abs(summary.maximum), 1)
    assert summary.minimum - slack <= summary.mean <= summary.maximum + slack


@pytest.mark.requirement("PROD-2")
def test_the_okuma_recording_gives_speed_feed_load_and_part_count() -> None:
    observations = list(shdr.read(RECORDING.read_text(encoding="utf-8").splitlines()))
    start = datetime(2022, 8, 8, 14, 29, 13, tzinfo=timezone.utc)
    end = datetime(2022, 8, 8, 14, 30, 20, tzinfo=timezone.utc)

    def of(key: str) -> shdr.Summary:
        return shdr.summarise(observations, key, start, end)

    assert of("S2speed").maximum == 2000
    assert of("p1Frcmd").maximum == 0.2
    assert of("Z1load").count > 90
    assert of("pCuttingTime").final - of("pCuttingTime").minimum == 42
    assert of("ppartcount").final == 3
