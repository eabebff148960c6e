"""A dict whose keys read as attributes; an absent key reads as None."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


class _dict(dict[str, Any]):
    __slots__ = ()
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    else:
        __getattr__ = dict.get
        __setattr__ = dict.__setitem__
        __delattr__ = dict.__delitem__
        __setstate__ = dict.update

    def __getstate__(self) -> dict[str, Any]:
        return self

    def update(self, *args: Any, **kwargs: Any) -> _dict:  # type: ignore[override]
        """As dict.update, and gives itself back."""
        super().update(*args, **kwargs)
        return self

    def copy(self) -> _dict:
        return _dict(self)
