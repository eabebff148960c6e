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

# What each is there for, in the order of the plant.
DUTIES: dict[str, str] = {
    OPERATOR: "runs operations: Process Records, materials, split, merge, scrap, samples; reports faults",
    INSPECTOR: "inspects by plan, accepts or rejects by result, takes samples",
    QUALITY: "writes and signs plans, routings, dispositions and releases; qualifies; lifts holds",
    SUPERVISOR: "starts and finishes lots, writes routings, corrects, prepares releases",
    WAREHOUSE: "receives, moves, packs, ships, takes returns",
    REGULATORY: "leads and signs recalls",
    AUDITOR: "reads everything, the audit trail too; writes nothing",
    ADMINISTRATOR: "configures: signature rules, devices, settings, layouts; signs and releases nothing",
    MACHINE: "posts readings for its own equipment from a registered device; sees nothing else",
}
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
