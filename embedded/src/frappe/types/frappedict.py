"""A dict whose keys read as attributes; an absent key reads as None."""

from __future__ import annotations

from typing import Any


class _dict(dict[str, Any]):
    __slots__ = ()
    __getattr__ = dict.get
    __setattr__ = dict.__setitem__  # type: ignore[assignment]
    __delattr__ = dict.__delitem__  # type: ignore[assignment]
    __setstate__ = dict.update

    def __getstate__(self) -> dict[str, Any]:
        return self

    def update(self, *args: Any, **kwargs: Any) -> _dict:  # type: ignore[override]
        """As dict.update, and gives itself back."""
        super().update(*args, **kwargs)
        return self

    def copy(self) -> _dict:
        return _dict(self)
