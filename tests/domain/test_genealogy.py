"""Walks over genealogy links: any depth, cycles safe, never cut silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.genealogy import Link, backward, forward

pytestmark = pytest.mark.requirement("TRC-1")

pairs = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=60)


def links_of(graph):
    return [Link(str(parent), str(child), f"E{n}", "Transformed") for n, (parent, child) in enumerate(graph)]


def children_in(links):
    return lambda lots: [link for link in links if link.parent in set(lots)]


def parents_in(links):
    return lambda lots: [link for link in links if link.child in set(lots)]


def reached_by_closure(graph, root):
    reached, size = {root}, 0
    while size != len(reached):
        size = len(reached)
        reached |= {str(child) for parent, child in graph if str(parent) in reached}
    return reached


@given(pairs)
def test_forward_reaches_exactly_the_transitive_closure(graph):
    cone = forward(["0"], children_in(links_of(graph)))
    assert set(cone.lots) == reached_by_closure(graph, "0")
    assert cone.complete


@given(pairs)
def test_backward_is_forward_on_turned_links(graph):
    turned = [(child, parent) for parent, child in graph]
    assert set(backward(["0"], parents_in(links_of(graph))).lots) == reached_by_closure(turned, "0")


@given(pairs, st.integers(0, 4))
def test_a_depth_never_cuts_silently(graph, depth):
    links = links_of(graph)
    whole, cut = forward(["0"], children_in(links)), forward(["0"], children_in(links), depth)
    within = {lot: distance for lot, distance in whole.generation.items() if distance <= depth}
    assert cut.generation == within
    assert cut.complete == (len(within) == len(whole.generation))


def test_a_cycle_is_walked_once():
    graph = [("A", "B"), ("B", "C"), ("C", "A")]
    cone = forward(["A"], children_in(links_of(graph)))
    assert cone.generation == {"A": 0, "B": 1, "C": 2}
    assert len(cone.links) == 3


def test_one_query_for_each_generation():
    asked = []
    links = links_of([(0, 1), (0, 2), (1, 3), (2, 3)])

    def children(lots):
        asked.append(sorted(lots))
        return children_in(links)(lots)

    forward(["0"], children)
    assert asked == [["0"], ["1", "2"], ["3"]]
