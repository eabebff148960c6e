"""The gate: the table of states and actions, quantities, expiry. No site needed."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from med_trace.domain import errors
from med_trace.domain.event import ACTIONS_OF, EFFECT, FROM_ACTIONS, INTO_ACTIONS, Action, EventType
from med_trace.domain.facts import LotFacts, OpenStop, UnitFacts
from med_trace.domain.gate import actions_allowed, decide, decide_unit
from med_trace.domain.history import PastRow, advance, effects
from med_trace.domain.rules import ALLOWED_WHEN_EXPIRED, RULES, UNIT_MOVES
from med_trace.domain.states import Kind, State, UnitState, Whereabouts

NOW = datetime(2026, 11, 22, 12, 0)
SHIPPING = (Action.SHIP, Action.CONSUME, Action.ISSUE)


def a_lot(state: State | None = State.RELEASED, **facts: object) -> LotFacts:
    known = {"on_hand": Decimal(10), "quantity": Decimal(10), **facts}
    return LotFacts(lot="LOT-1", kind=Kind.FINISHED, state=state, **known)  # type: ignore[arg-type]


def a_unit(whereabouts: Whereabouts = Whereabouts.IN_STOCK, **facts: object) -> UnitFacts:
    return UnitFacts(unit="U-1", lot="LOT-1", whereabouts=whereabouts, **facts)  # type: ignore[arg-type]


@pytest.mark.requirement("GATE-3")
def test_every_state_and_every_action_has_its_place_in_the_tables() -> None:
    assert set(RULES) == {None, *State}
    assert set().union(*ACTIONS_OF.values()) == set(Action)
    assert set(ACTIONS_OF) == set(EventType)
    assert {action for rules in RULES.values() for action in rules} == set(Action)
    assert not FROM_ACTIONS & INTO_ACTIONS


@pytest.mark.requirement("GATE-1")
@pytest.mark.parametrize("state", [state for state in State if state is not State.RELEASED])
@pytest.mark.parametrize("action", SHIPPING)
def test_only_a_released_lot_is_shipped_consumed_or_issued(state: State, action: Action) -> None:
    with pytest.raises(errors.GateRefusal):
        decide(a_lot(state), action, Decimal(1), NOW)
    assert decide(a_lot(State.RELEASED), action, Decimal(1), NOW) is State.RELEASED


@pytest.mark.requirement("GATE-3")
@pytest.mark.parametrize(
    ("state", "named", "who"),
    [
        (State.QUARANTINE, errors.NotReleased, "Inspector"),
        (State.IN_PROCESS, errors.NotReleased, "Quality"),
        (State.AWAITING_RELEASE, errors.NotReleased, "Quality"),
        (State.ON_HOLD, errors.OnHold, "Quality"),
        (State.REJECTED, errors.IsRejected, "Quality"),
        (State.RECALLED, errors.IsRecalled, "Regulatory"),
    ],
)
def test_a_refusal_names_the_lot_the_reason_and_who_can_act(
    state: State, named: type[errors.GateRefusal], who: str
) -> None:
    with pytest.raises(named) as refused:
        decide(a_lot(state), Action.SHIP, Decimal(1), NOW)
    assert "LOT-1" in refused.value.message and "Ship" in refused.value.message
    assert who in refused.value.message


@pytest.mark.requirement("GATE-3")
def test_a_refusal_names_the_document_that_holds_the_lot() -> None:
    held = a_lot(State.ON_HOLD, open_holds=(OpenStop("E1", "NCR", "NCR-0001"),))
    with pytest.raises(errors.OnHold, match="NCR NCR-0001"):
        decide(held, Action.CONSUME, Decimal(1), NOW)


@pytest.mark.requirement("GATE-1")
@pytest.mark.parametrize("action", SHIPPING)
def test_more_than_is_free_is_refused(action: Action) -> None:
    lot = a_lot(blocked=Decimal(4))
    assert decide(lot, action, Decimal(6), NOW) is State.RELEASED
    with pytest.raises(errors.NotEnough, match="6 are on hand and free"):
        decide(lot, action, Decimal("6.000000001"), NOW)


@pytest.mark.requirement("GATE-1")
def test_an_expired_lot_moves_and_is_scrapped_and_nothing_else_that_uses_it() -> None:
    expired = a_lot(expiry=date(2026, 11, 21))
    assert decide(expired, Action.MOVE, Decimal(1), NOW) is State.RELEASED
    assert decide(expired, Action.SCRAP, Decimal(1), NOW) is State.RELEASED
    for action in set(RULES[State.RELEASED]) - ALLOWED_WHEN_EXPIRED:
        with pytest.raises(errors.Expired):
            decide(expired, action, Decimal(1), NOW, source_state=State.RELEASED)


def test_a_lot_is_usable_on_the_day_on_which_it_expires() -> None:
    assert decide(a_lot(expiry=NOW.date()), Action.SHIP, Decimal(1), NOW) is State.RELEASED


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [(Kind.COMPONENT, True), (Kind.WIP, True), (Kind.FINISHED, False), (Kind.RAW, False)],
)
def test_inspection_frees_components_in_process_but_never_a_finished_lot(kind: Kind, accepted: bool) -> None:
    lot = replace(a_lot(State.IN_PROCESS), kind=kind)
    if accepted:
        assert decide(lot, Action.ACCEPT, Decimal(0), NOW) is State.RELEASED
    else:
        with pytest.raises(errors.NotReleased, match="signature"):
            decide(lot, Action.ACCEPT, Decimal(0), NOW)


def test_a_new_lot_takes_the_state_of_its_source_and_an_old_one_has_to_share_it() -> None:
    new = a_lot(None, on_hand=Decimal(0))
    assert decide(new, Action.SPLIT_INTO, Decimal(1), NOW, source_state=State.QUARANTINE) is State.QUARANTINE
    with pytest.raises(errors.WrongState, match="same state"):
        decide(a_lot(State.RELEASED), Action.MERGE_INTO, Decimal(1), NOW, source_state=State.QUARANTINE)
    with pytest.raises(errors.WrongState):
        decide(new, Action.SPLIT_INTO, Decimal(1), NOW)


@pytest.mark.requirement("GATE-2")
def test_a_lot_is_free_only_when_its_last_hold_is_lifted() -> None:
    two = a_lot(State.ON_HOLD, held_from=State.RELEASED, open_holds=(OpenStop("E1"), OpenStop("E2")))
    assert decide(two, Action.LIFT_HOLD, Decimal(0), NOW, lifts="E1") is State.ON_HOLD
    one = replace(two, open_holds=(OpenStop("E2"),))
    assert decide(one, Action.LIFT_HOLD, Decimal(0), NOW, lifts="E2") is State.RELEASED
    with pytest.raises(errors.WrongState, match="no open hold"):
        decide(one, Action.LIFT_HOLD, Decimal(0), NOW, lifts="E1")


def test_a_recall_lifted_falls_back_to_the_hold_beneath_it() -> None:
    lot = a_lot(
        State.RECALLED,
        held_from=State.RELEASED,
        open_holds=(OpenStop("E1"),),
        open_recalls=(OpenStop("E2"),),
    )
    assert decide(lot, Action.LIFT_RECALL, Decimal(0), NOW, lifts="E2") is State.ON_HOLD
    assert (
        decide(replace(lot, open_holds=()), Action.LIFT_RECALL, Decimal(0), NOW, lifts="E2") is State.RELEASED
    )


def test_no_more_comes_back_than_went_out() -> None:
    with pytest.raises(errors.NotEnough, match="with consignees"):
        decide(a_lot(shipped=Decimal(2)), Action.RETURN, Decimal(3), NOW)


def test_a_lot_with_material_on_hand_is_not_closed() -> None:
    with pytest.raises(errors.WrongState, match="10"):
        decide(a_lot(), Action.CLOSE, Decimal(0), NOW)
    assert decide(a_lot(on_hand=Decimal(0)), Action.CLOSE, Decimal(0), NOW) is State.CLOSED


@pytest.mark.requirement("GATE-3")
@pytest.mark.parametrize("state", [State.QUARANTINE, State.IN_PROCESS, State.AWAITING_RELEASE])
def test_a_lot_that_was_emptied_before_its_release_is_closed(state: State) -> None:
    assert decide(a_lot(state, on_hand=Decimal(0)), Action.CLOSE, Decimal(0), NOW) is State.CLOSED
    with pytest.raises(errors.WrongState, match="still on hand"):
        decide(a_lot(state), Action.CLOSE, Decimal(0), NOW)


@pytest.mark.parametrize("action", [Action.SHIP, Action.CONSUME, Action.PACK])
def test_a_unit_on_hold_stays_although_its_lot_is_free(action: Action) -> None:
    with pytest.raises(errors.OnHold):
        decide_unit(
            a_unit(state=UnitState.ON_HOLD, open_holds=(OpenStop("E1", "NCR", "N1"),)), "LOT-1", action
        )


@pytest.mark.parametrize("action", sorted(UNIT_MOVES, key=str))
def test_a_unit_takes_part_only_from_where_it_has_to_be(action: Action) -> None:
    allowed_at, afterwards = UNIT_MOVES[action]
    for place in Whereabouts:
        unit = a_unit(place)
        if place in allowed_at:
            assert decide_unit(unit, "LOT-1", action) is afterwards
        else:
            with pytest.raises(errors.WrongUnit):
                decide_unit(unit, "LOT-1", action)


def test_a_unit_of_another_lot_is_refused() -> None:
    with pytest.raises(errors.WrongUnit, match="belongs to lot LOT-1"):
        decide_unit(a_unit(), "LOT-2", Action.SHIP)


# -- whatever is done in whatever order ------------------------------------------

moves = st.tuples(
    st.sampled_from(sorted(Action, key=str)),
    st.decimals(min_value=Decimal("0.001"), max_value=50, places=3),
    st.booleans(),
)


def _run(steps: list[tuple[Action, Decimal, bool]]) -> list[tuple[LotFacts, PastRow, LotFacts]]:
    """A life: each step that the gate allows is taken."""
    facts = LotFacts(lot="LOT-1", kind=Kind.WIP, expiry=date(2026, 11, 30))
    life = []
    for number, (action, quantity, is_late) in enumerate(steps):
        at = datetime(2026, 12, 24) if is_late else NOW
        signed = -quantity if action is Action.CORRECT and number % 2 else quantity
        lifts = next((stop.event for stop in (*facts.open_holds, *facts.open_recalls)), None)
        try:
            decide(facts, action, signed, at, source_state=facts.state or State.QUARANTINE, lifts=lifts)
        except errors.GateRefusal:
            continue
        effect, effect_blocked = effects(facts, action, signed)
        row = PastRow(
            *(f"E{number:03}", 1, at, action, "LOT-1", signed, effect, effect_blocked),
            source_state=facts.state or State.QUARANTINE,
            lifts=lifts,
        )
        after = advance(facts, row)
        life.append((facts, row, after))
        facts = after
    return life


@pytest.mark.requirement("GATE-1")
@settings(max_examples=300, deadline=None)
@given(st.lists(moves, max_size=60))
def test_no_sequence_of_allowed_actions_makes_a_quantity_negative(steps: list) -> None:
    for _, _, after in _run(steps):
        assert after.on_hand >= after.blocked >= 0
        assert after.shipped >= 0


@pytest.mark.requirement("GATE-1")
@settings(max_examples=300, deadline=None)
@given(st.lists(moves, max_size=60))
def test_no_sequence_ships_what_was_not_accepted_or_released_since_it_was_last_stopped(steps: list) -> None:
    is_free = False
    for _, row, _ in _run(steps):
        if row.action in SHIPPING:
            assert is_free
            assert row.time.date() <= date(2026, 11, 30)
        if row.action in (Action.ACCEPT, Action.RELEASE, Action.LIFT_HOLD, Action.LIFT_RECALL):
            is_free = True
        if row.action in (Action.SPLIT_INTO, Action.MERGE_INTO, Action.RELABEL_INTO):
            is_free = is_free or row.source_state is State.RELEASED
        if row.action in (Action.HOLD, Action.REJECT, Action.RECALL, Action.REVOKE_RELEASE, Action.CLOSE):
            is_free = False


@settings(max_examples=300, deadline=None)
@given(st.lists(moves, max_size=60))
def test_a_lot_is_on_hold_exactly_while_a_hold_is_open_and_nothing_worse(steps: list) -> None:
    for _, _, after in _run(steps):
        if after.state is State.ON_HOLD:
            assert after.open_holds and after.held_from not in (None, State.ON_HOLD, State.RECALLED)
        if after.open_holds:
            assert after.state in (State.ON_HOLD, State.REJECTED, State.RECALLED, State.CLOSED)
        if after.open_recalls:
            assert after.state in (State.RECALLED, State.CLOSED)


def test_a_hold_on_a_lot_closed_during_its_recall_leaves_it_recalled() -> None:
    recall = OpenStop("RECALL")
    closed = a_lot(state=State.CLOSED, open_recalls=(recall,))
    assert decide(closed, Action.HOLD, Decimal(0), NOW) is State.RECALLED


@settings(max_examples=200, deadline=None)
@given(st.lists(moves, max_size=40))
def test_what_the_screens_offer_is_what_the_gate_allows(steps: list) -> None:
    for before, row, _ in _run(steps):
        assert row.action in actions_allowed(before, row.time)


@given(st.sampled_from(sorted(EFFECT, key=str)), st.decimals(min_value=0, max_value=9, places=2))
def test_an_effect_has_the_sign_of_its_table(action: Action, quantity: Decimal) -> None:
    effect, _ = effects(a_lot(), action, quantity)
    assert effect == EFFECT[action] * quantity
