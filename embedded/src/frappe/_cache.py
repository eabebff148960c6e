"""What a process remembers of a site, and when it must forget.

Every answer is kept under the site's cache version, a counter in the database that each clearing raises. A
process that opens the site after a change reads a new version and so starts with empty memory. A transaction
that raised the version remembers privately until it ends. Values with a time to live outlast a clearing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from frappe._context import local

_spaces: dict[str, tuple[int, dict[str, Any]]] = {}
_timed: dict[str, dict[str, tuple[float, Any]]] = {}

READ_FROM_ROWS = ("values", "hashes", "defaults")
VERSION_QUERY = "select `value` from `tabSingles` where `doctype`='__cache' and `field`='version'"


def space() -> dict[str, Any]:
    """This site's memory at its present version."""
    found = getattr(local, "cache_space", None)
    if found is None:
        found = local.cache_space = _attach()
    return found


def _attach() -> dict[str, Any]:
    if not getattr(local, "db", None) or local.flags.in_install_db:
        return {}
    version = _read_version()
    known = _spaces.get(local.site_path)
    if not known or known[0] != version:
        known = _spaces[local.site_path] = (version, {})
    return known[1]


def _read_version() -> int:
    try:
        rows = local.db.sql(VERSION_QUERY)
    except Exception:  # a site whose tables are not there yet
        return 0
    return int(rows[0][0]) if rows else 0


def refresh() -> None:
    """Looks at the version again; called when a request or job begins on an open connection."""
    local.cache_space = None


def forget() -> None:
    """This process forgets the site at once, every other when the present transaction is committed."""
    local.document_cache = {}
    local.cache_space = {}
    db = getattr(local, "db", None)
    if not db or local.flags.in_install_db or getattr(local, "cache_version_raised", False):
        return
    local.cache_version_raised = True
    db.before_commit.add(_raise_version)
    db.after_commit.add(_transaction_ended)
    db.after_rollback.add(_transaction_ended)


def forget_undone() -> None:
    """After a rollback, also to a savepoint: what was read since may never have been."""
    local.document_cache = {}
    if getattr(local, "cache_version_raised", False):
        local.cache_space = {}
    elif local.db.transaction_writes:
        for kind in READ_FROM_ROWS:
            space().pop(kind, None)


def _raise_version() -> None:
    local.db.sql(
        """insert into `tabSingles` (`doctype`, `field`, `value`) select '__cache', 'version', '0'
        where not exists (select 1 from `tabSingles` where `doctype`='__cache' and `field`='version')"""
    )
    local.db.sql("update `tabSingles` set `value`=`value`+1 where `doctype`='__cache' and `field`='version'")


def _transaction_ended() -> None:
    local.cache_version_raised = False
    local.cache_space = None
    local.document_cache = {}


class RedisWrapper:
    """frappe.cache: Redis's names over the process's own memory."""

    def __call__(self) -> RedisWrapper:
        return self

    def make_key(self, key: str, user: str | bool | None = None, shared: bool = False) -> str:
        if user is True:
            user = local.session.user
        return f"user:{user}:{key}" if user else key

    def set_value(
        self, key: str, val: Any, user: Any = None, expires_in_sec: int | None = None, shared: bool = False
    ) -> None:
        key = self.make_key(key, user)
        if expires_in_sec:
            _timed.setdefault(local.site_path, {})[key] = (time.time() + expires_in_sec, val)
        else:
            self._values()[key] = val

    def get_value(
        self,
        key: str,
        generator: Callable[[], Any] | None = None,
        user: Any = None,
        expires: bool = False,
        shared: bool = False,
        *,
        use_local_cache: bool = True,
    ) -> Any:
        key = self.make_key(key, user)
        value = self._values().get(key)
        if value is None:
            value = self._timed_value(key)
        if value is None and generator and not expires:
            value = generator()
            self._values()[key] = value
        return value

    def delete_value(
        self, keys: str | Iterable[str], user: Any = None, make_keys: bool = True, shared: bool = False
    ) -> None:
        for key in [keys] if isinstance(keys, str) else keys:
            made = self.make_key(key, user)
            self._values().pop(made, None)
            _timed.get(local.site_path, {}).pop(made, None)

    def hset(self, name: str, key: str, value: Any, shared: bool = False, *args: Any, **kwargs: Any) -> None:
        self._hash(name)[key] = value

    def hget(
        self, name: str, key: str, generator: Callable[[], Any] | None = None, shared: bool = False
    ) -> Any:
        found = self._hash(name)
        if found.get(key) is None and generator:
            found[key] = generator()
        return found.get(key)

    def hdel(self, name: str, keys: str | Iterable[str], shared: bool = False, pipeline: Any = None) -> None:
        for key in [keys] if isinstance(keys, str) else keys:
            self._hash(name).pop(key, None)

    def _values(self) -> dict[str, Any]:
        return space().setdefault("values", {})

    def _hash(self, name: str) -> dict[str, Any]:
        return space().setdefault("hashes", {}).setdefault(name, {})

    def _timed_value(self, key: str) -> Any:
        until, value = _timed.get(local.site_path, {}).get(key, (0.0, None))
        return value if until > time.time() else None


cache = RedisWrapper()
