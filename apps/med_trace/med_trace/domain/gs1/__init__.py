"""GS1 identifiers: read, check and write element strings and Digital Links. Knows nothing of Frappe.

`read` takes whatever a scanner or a person gives; `Gs1Data` names the fields that traceability uses.
The rules are GS1's own Barcode Syntax Dictionary, compiled into `dictionary.json`.
"""

from .check_digit import check_digit, is_valid_key, sscc, with_check_digit
from .code import Gs1Data, read, readings
from .dates import read_date, write_date
from .errors import Gs1Error, UnknownIdentifier, WrongCombination, WrongValue

__all__ = [
    "Gs1Data",
    "Gs1Error",
    "UnknownIdentifier",
    "WrongCombination",
    "WrongValue",
    "check_digit",
    "is_valid_key",
    "read",
    "read_date",
    "readings",
    "sscc",
    "with_check_digit",
    "write_date",
]
