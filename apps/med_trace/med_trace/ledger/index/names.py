"""Numbers for names, small enough for millions: a sorted array for most, a dict for the newest."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class Names:
    """Gives each name a number, 0..n-1, that never changes while the process runs."""

    MERGE_AT = 20_000

    def __init__(self) -> None:
        self._by_number: NDArray[np.bytes_] = np.zeros(0, "S1")
        self._newest: list[bytes] = []
        self._sorted: NDArray[np.bytes_] = np.zeros(0, "S1")
        self._order: NDArray[np.int32] = np.zeros(0, np.int32)
        self._recent: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._by_number) + len(self._newest)

    def numbers(self, names: Iterable[str]) -> NDArray[np.int32]:
        """The number of each name; a name that is not known yet gets the next one."""
        encoded = [name.encode() for name in names]
        found = self._look_up(encoded)
        for at in np.flatnonzero(found < 0).tolist():
            found[at] = self._number_of(encoded[at])
        if len(self._newest) > self.MERGE_AT:
            self._merge()
        return found

    def known(self, names: Iterable[str]) -> NDArray[np.int32]:
        """The numbers of those names that are known, in their order."""
        found = self._look_up([name.encode() for name in names])
        return found[found >= 0]

    def texts(self, numbers: NDArray[np.int32]) -> NDArray[np.bytes_]:
        """The names of `numbers`, as UTF-8 bytes."""
        if self._newest:
            everything = np.concatenate([self._by_number, np.array(self._newest, "S")])
            self._by_number = everything.astype(f"S{_even_width(everything.dtype.itemsize)}")
            self._newest = []
        return self._by_number.take(numbers)

    def _look_up(self, encoded: list[bytes]) -> NDArray[np.int32]:
        wanted = np.array(encoded, "S") if encoded else np.zeros(0, "S1")
        at = np.searchsorted(self._sorted, wanted)
        inside = np.minimum(at, max(len(self._sorted) - 1, 0))
        if not len(self._sorted):
            found = np.full(len(wanted), -1, np.int32)
        else:
            found = np.where(self._sorted[inside] == wanted, self._order[inside], -1).astype(np.int32)
        if self._recent:
            for place in np.flatnonzero(found < 0).tolist():
                found[place] = self._recent.get(encoded[place], -1)
        return found

    def _number_of(self, name: bytes) -> int:
        number = self._recent.get(name)
        if number is None:
            number = self._recent[name] = len(self)
            self._newest.append(name)
        return number

    def _merge(self) -> None:
        everything = self.texts(np.arange(len(self), dtype=np.int32))
        self._order = np.argsort(everything, kind="stable").astype(np.int32)
        self._sorted, self._recent = everything[self._order], {}


def _even_width(width: int) -> int:
    """The next power of two: texts of such a width are copied several times as fast."""
    return 1 << (width - 1).bit_length()
