"""Merkle trees as in RFC 6962: one hash for many leaves, and a short proof that a leaf is among them.

A leaf is hashed with a 0x00 byte before it, an inner node with 0x01, so that neither passes for the other.
Hashes are bytes. Knows neither what a leaf says nor Frappe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf's content."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in their order; the hash of nothing when there are none."""
    level = list(leaves)
    if not level:
        return EMPTY
    while len(level) > 1:
        level = level_above(level)
    return level[0]


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The whole tree from the leaves to the root, for many proofs."""
    tree = [list(leaves)]
    while len(tree[-1]) > 1:
        tree.append(level_above(tree[-1]))
    return tree


def proof(tree: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """What has to be hashed with leaf `index`, from the leaf upwards, to reach the root of a tree of `levels`."""
    if not 0 <= index < len(tree[0]):
        raise IndexError(f"leaf {index} of {len(tree[0])}")
    path = []
    for level in tree[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        index //= 2
    return path


def is_proven(leaf: bytes, index: int, count: int, path: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether `path` leads from leaf `index` of `count` to the root; any other length of path does not."""
    if not 0 <= index < count:
        return False
    steps, last, found = iter(path), count - 1, leaf
    while last > 0:
        if index % 2 or index < last:
            sibling = next(steps, None)
            if sibling is None:
                return False
            found = node_hash(sibling, found) if index % 2 else node_hash(found, sibling)
        index, last = index // 2, last // 2
    return next(steps, None) is None and found == root_hash


def level_above(level: list[bytes]) -> list[bytes]:
    """Pairs are hashed; a last one without a partner rises as it is."""
    above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        above.append(level[-1])
    return above
