"""Files from spreadsheets: whatever is sent is read as rows of texts, or refused in words."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.errors import BadInput
from med_trace.domain.table_file import folded, point_decimal, read_table

TITLES = {
    folded(title): column
    for title, column in (("Lot", "lot"), ("Event ID", "event_id"), ("数量", "quantity"))
}
CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20).map(str.strip)


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_a_refusal(data: bytes) -> None:
    for sent in (data, b"lot,event_id\n" + data, "lot;数量\n".encode("gb18030") + data):
        try:
            table = read_table(sent, TITLES, 50)
        except BadInput:
            continue
        assert table.lines and all(line.values.keys() <= set(TITLES.values()) for line in table.lines)


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS).filter(any), min_size=1, max_size=20),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_a_spreadsheet_saves_comes_back(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([("Lot", "Event ID", "数量"), *rows])
    data = out.getvalue().encode(encoding)
    table = read_table(data, TITLES, 50)
    assert (table.delimiter, table.encoding) == (delimiter, encoding.removesuffix("-sig"))
    told = [
        tuple(line.values.get(column, "") for column in ("lot", "event_id", "quantity"))
        for line in table.lines
    ]
    assert told == rows
    assert [line.number for line in table.lines] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize(
    ("text", "delimiter", "number"),
    [
        ("0,5", ";", "0.5"),
        ("0,5", "\t", "0.5"),
        ("0,5", ",", "0,5"),
        ("1,000,5", ";", "1,000,5"),
        ("-3", ";", "-3"),
    ],
)
def test_a_decimal_comma_is_read_where_it_cannot_divide(text: str, delimiter: str, number: str) -> None:
    assert point_decimal(text, delimiter) == number
