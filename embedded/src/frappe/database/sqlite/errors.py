"""What a SQLite error means, under Frappe's names for it."""

from __future__ import annotations

import sqlite3


class SQLiteExceptionUtil:
    ProgrammingError = sqlite3.ProgrammingError
    TableMissingError = sqlite3.OperationalError
    OperationalError = sqlite3.OperationalError
    InternalError = sqlite3.InternalError
    DataError = sqlite3.DataError
    IntegrityError = sqlite3.IntegrityError
    InterfaceError = sqlite3.InterfaceError

    @staticmethod
    def is_deadlocked(e: BaseException) -> bool:
        """A reader that cannot become a writer; see SQLiteDatabase on why this does not happen."""
        return getattr(e, "sqlite_errorname", "") == "SQLITE_BUSY_SNAPSHOT"

    @staticmethod
    def is_timedout(e: BaseException) -> bool:
        return isinstance(e, sqlite3.OperationalError) and "is locked" in str(e)

    @staticmethod
    def is_read_only_mode_error(e: BaseException) -> bool:
        return "readonly database" in str(e)

    @staticmethod
    def is_table_missing(e: BaseException) -> bool:
        return "no such table" in str(e)

    @staticmethod
    def is_missing_column(e: BaseException) -> bool:
        return "no such column" in str(e) or "has no column named" in str(e)

    @classmethod
    def is_missing_table_or_column(cls, e: BaseException) -> bool:
        return cls.is_table_missing(e) or cls.is_missing_column(e)

    @staticmethod
    def is_duplicate_entry(e: BaseException) -> bool:
        return isinstance(e, sqlite3.IntegrityError) and "UNIQUE constraint failed" in str(e)

    @classmethod
    def is_primary_key_violation(cls, e: BaseException) -> bool:
        return cls.is_duplicate_entry(e) and str(e).endswith(".name")

    @classmethod
    def is_unique_key_violation(cls, e: BaseException) -> bool:
        return cls.is_duplicate_entry(e) and not cls.is_primary_key_violation(e)

    @staticmethod
    def is_data_too_long(e: BaseException) -> bool:
        return "CHECK constraint failed: length(" in str(e)
