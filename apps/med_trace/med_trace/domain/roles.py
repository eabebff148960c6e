"""The roles of the plant and which of them one person may not hold together. Knows nothing of Frappe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPERATOR = "Trace Operator"
INSPECTOR = "Trace Inspector"
QUALITY = "Trace Quality"
SUPERVISOR = "Trace Supervisor"
WAREHOUSE = "Trace Warehouse"
REGULATORY = "Trace Regulatory"
AUDITOR = "Trace Auditor"
ADMINISTRATOR = "Trace Administrator"
MACHINE = "Trace Machine"
SYSTEM_MANAGER = "System Manager"

DOING = (OPERATOR, INSPECTOR, QUALITY, SUPERVISOR, WAREHOUSE, REGULATORY)
OURS = (*DOING, AUDITOR, ADMINISTRATOR, MACHINE)
KEEPING = (ADMINISTRATOR, SYSTEM_MANAGER)

# A row and each of its columns exclude one another, with the reason.
EXCLUSIVE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (AUDITOR, (*DOING, *KEEPING, MACHINE), "Whoever audits has written none of it."),
    (MACHINE, (*DOING, *KEEPING), "A machine posts readings and is nobody."),
    (ADMINISTRATOR, (QUALITY, REGULATORY), "Whoever makes the rules does not decide under them."),
)


def conflicts(held: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs among these roles that exclude one another."""
    held = set(held)
    for role, others, _reason in EXCLUSIVE:
        if role in held:
            yield from ((role, other) for other in others if other in held)
