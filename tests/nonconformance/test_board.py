"""The board of nonconformances: every NCR in the column of its state, few questions however many there are."""

from __future__ import annotations

from typing import Any

import pytest

import builders as a
import frappe
from med_trace.api.quality import board
from med_trace.nonconformance import service

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.requirement("VIEW-1", "NC-1")]


def an_ncr(lot: str, title: str = "Scratches", severity: str = "Minor") -> str:
    return service.open_ncr(
        title, [{"lot": lot, "quantity": 2}], severity=severity, description="Seen on a few"
    )


def cards(state: str, **filters: Any) -> list[str]:
    [column] = [one for one in board(**filters)["columns"] if one["state"] == state]
    return [card["name"] for card in column["cards"]]


def test_an_ncr_stands_in_the_column_of_its_state_and_moves_with_it() -> None:
    lot = a.an_accepted_lot()
    name = an_ncr(lot)
    assert cards("Open", lot=lot) == [name]
    service.evaluate(name, "Handling")
    assert (cards("Open", lot=lot), cards("Under Evaluation", lot=lot)) == ([], [name])


def test_a_card_says_which_lots_and_how_many() -> None:
    lot = a.an_accepted_lot()
    name = an_ncr(lot)
    [card] = [
        card for column in board(lot=lot)["columns"] for card in column["cards"] if card["name"] == name
    ]
    assert [(one["lot"], one["quantity"]) for one in card["lots"]] == [(lot, 2)]
    assert (card["lot_count"], card["holders"]) == (1, [])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"severity": "Critical"}, True),
        ({"severity": "Minor"}, False),
        ({"text": "Burr"}, True),
        ({"text": "%' or 1=1 --"}, False),
        ({"owner": "Administrator"}, True),
        ({"owner": "nobody@example.com"}, False),
        ({"lot": "no such lot"}, False),
    ],
)
def test_filters_narrow_the_board_and_its_counts(filters: dict[str, str], found: bool) -> None:
    lot = a.an_accepted_lot()
    name = an_ncr(lot, "Burrs", "Critical")
    answer = board(**{"lot": lot, **filters})
    assert (name in cards("Open", **{"lot": lot, **filters})) is found
    assert sum(column["count"] for column in answer["columns"]) == int(found)


def test_only_the_moves_of_the_users_roles_are_offered() -> None:
    def moves() -> list[str]:
        return [one["action"] for column in board()["columns"] for one in column["moves"]]

    with a.as_user(a.a_user("Quality")):
        assert moves() == [
            "Begin Evaluation",
            "Settle Dispositions",
            "Reopen Evaluation",
            "Carry Out And Close",
        ]
    with a.as_user(a.a_user("Operator")):
        assert moves() == []


def test_a_move_is_the_workflows_own_step() -> None:
    from frappe.model.workflow import apply_workflow

    lot = a.an_accepted_lot()
    name = an_ncr(lot)
    with a.as_user(a.a_user("Quality")):
        apply_workflow(frappe.as_json({"doctype": "NCR", "name": name}), "Begin Evaluation")
    assert cards("Under Evaluation", lot=lot) == [name]


def test_a_column_shows_its_first_cards_and_says_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("med_trace.nonconformance.board.CARDS", 2)
    lot = a.an_accepted_lot()
    names = [an_ncr(lot) for _ in range(3)]
    assert cards("Open", lot=lot) == names[:2]
    [column] = [one for one in board(lot=lot)["columns"] if one["state"] == "Open"]
    assert column["count"] == 3
    assert cards("Open", lot=lot, more="Open") == names


def test_the_number_of_queries_does_not_grow_with_the_ncrs(monkeypatch: pytest.MonkeyPatch) -> None:
    lot = a.an_accepted_lot()
    for _ in range(12):
        an_ncr(lot)
    board()
    asked, sql = [], frappe.db.sql
    monkeypatch.setattr(frappe.db, "sql", lambda *args, **more: asked.append(args) or sql(*args, **more))
    board()
    assert len(asked) < 20


def test_a_severity_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(frappe.ValidationError, match="Terrible"):
        board(severity="Terrible")


def test_without_permission_nothing_is_shown() -> None:
    with a.as_user(a.a_user()), pytest.raises(frappe.PermissionError):
        board()
