"""The Merkle tree is RFC 6962's, every leaf can be proven, and nothing else can."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from med_trace.domain import merkle

pytestmark = pytest.mark.requirement("AUD-3")

# The eight test leaves and roots of RFC 6962's reference implementation.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashed(leaves: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(leaf) for leaf in leaves]


@pytest.mark.parametrize("count", range(1, 9))
def test_roots_are_those_of_the_reference(count: int) -> None:
    assert merkle.root(hashed(LEAVES[:count])).hex() == ROOTS[count - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@given(st.integers(1, 70), st.data())
def test_every_leaf_is_proven_at_its_place_only(count: int, data: st.DataObject) -> None:
    leaves = hashed([str(n).encode() for n in range(count)])
    index = data.draw(st.integers(0, count - 1))
    tree = merkle.levels(leaves)
    path, root = merkle.proof(tree, index), merkle.root(leaves)
    assert merkle.is_proven(leaves[index], index, count, path, root)
    others = [n for n in range(count) if n != index]
    assert not any(merkle.is_proven(leaves[index], n, count, path, root) for n in others)
    assert not any(merkle.is_proven(leaves[n], index, count, path, root) for n in others)


@given(st.integers(2, 40), st.data())
def test_a_proof_is_neither_longer_nor_shorter_nor_other(count: int, data: st.DataObject) -> None:
    leaves = hashed([str(n).encode() for n in range(count)])
    index = data.draw(st.integers(0, count - 1))
    path, root = merkle.proof(merkle.levels(leaves), index), merkle.root(leaves)
    place = data.draw(st.integers(0, len(path) - 1))
    wrong = [*path[:place], hashlib.sha256(path[place]).digest(), *path[place + 1 :]]
    for other in (path[:-1], [*path, path[0]], wrong):
        assert not merkle.is_proven(leaves[index], index, count, other, root)


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=30), st.lists(st.integers(0, 5), min_size=1, max_size=30)
)
def test_other_leaves_have_another_root(one: list[int], other: list[int]) -> None:
    def root(numbers: list[int]) -> bytes:
        return merkle.root(hashed([str(n).encode() for n in numbers]))

    assert (root(one) == root(other)) == (one == other)


def test_an_inner_node_is_no_leaf() -> None:
    a, b = hashed([b"a", b"b"])
    assert merkle.node_hash(a, b) != merkle.leaf_hash(a + b)
