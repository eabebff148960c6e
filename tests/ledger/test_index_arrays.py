"""The array graph answers like the plain walk, whatever is inserted and removed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain.genealogy import Link, forward
from med_trace.ledger.index.graph import Graph, joined
from med_trace.ledger.index.names import Names

pytestmark = pytest.mark.requirement("TRC-1")

pairs = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30)


def arrays(links):
    return np.array([a for a, _ in links], np.int32), np.array([b for _, b in links], np.int32)


@given(st.lists(pairs, max_size=4), pairs, st.lists(st.integers(0, 11), min_size=1, max_size=3, unique=True))
def test_reach_equals_the_plain_walk_after_inserts_and_removals(batches, removed, roots):
    graph, kept = Graph(), []
    graph.grow(12)
    for batch in batches:
        graph.insert(*arrays(batch))
        kept += batch
    graph.remove(*arrays(removed))
    for link in removed:
        if link in kept:
            kept.remove(link)
    links = [Link(str(a), str(b), "", "") for a, b in kept]
    plain = forward(map(str, roots), lambda lots: [link for link in links if link.parent in set(lots)])
    assert sorted(graph.reach(np.array(roots, np.int32)).tolist()) == sorted(map(int, plain.lots))
    assert graph.links == len(kept)


def test_nodes_may_come_later():
    graph = Graph()
    graph.grow(2)
    graph.insert(*arrays([(0, 1)]))
    graph.grow(4)
    graph.insert(*arrays([(1, 3)]))
    assert graph.reach(np.array([0], np.int32)).tolist() == [0, 1, 3]


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)))
def test_joined_gives_every_equal_pair_once(left, right):
    i, j = joined(np.array(left, np.int64), np.array(right, np.int64))
    expected = [(a, b) for a, x in enumerate(left) for b, y in enumerate(right) if x == y]
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == sorted(expected)


@given(st.lists(st.lists(st.text(min_size=1, max_size=6).filter(lambda s: "\0" not in s)), max_size=5))
def test_a_name_keeps_its_number(batches):
    names, plain = Names(), {}
    names.MERGE_AT = 3
    for batch in batches:
        for name in batch:
            plain.setdefault(name, len(plain))
        assert names.numbers(batch).tolist() == [plain[name] for name in batch]
    everything = names.texts(np.arange(len(names), dtype=np.int32))
    assert [text.decode() for text in everything.tolist()] == list(plain)
    assert names.known(["not there", *plain]).tolist() == list(plain.values())
