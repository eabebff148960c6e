"""Loads the demo plant and its stories onto a site: `bench --site X med-trace demo`.

Everything happens in one transaction: either the whole plant is there, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import frappe
from med_trace.demo import balance, cleanroom, connector, implant, plant, recall, today
from med_trace.demo.users import PASSWORD, USERS, acting_as
from med_trace.domain.errors import BadInput, TraceError
from med_trace.ledger.shown import shown

# A lot of the first story: where it is, the demo is.
LANDMARK = "SC-2601"
# What a site has that somebody works on.
REAL_DATA = ("Material Lot", "Purchase Receipt", "Stock Entry", "Delivery Note", "Work Order")

Say = Callable[[str], None]
Told = TypeVar("Told")


class SiteInUse(TraceError):
    """The site has records of its own."""


@shown()
def load(
    fixtures_path: str | Path | None = None, password: str = PASSWORD, force: bool = False, say: Say = print
) -> bool:
    """Build the plant and tell stories 1-4 and 6; False when they are there already. Does not commit.

    `fixtures_path` is the repository's `fixtures` folder, found by itself in the repository. Raises SiteInUse
    on a site with records of its own, unless `force`.
    """
    if frappe.db.exists("Material Lot", LANDMARK):
        say("The demo plant is there already.")
        return False
    if not force:
        require_unused()
    with acting_as("Administrator"):
        tell_all(plant.open_plant(find_fixtures(fixtures_path), password), say)
    return True


def tell_all(place: plant.Plant, say: Say) -> None:
    """The masters, then one story after the other, each with a line of progress."""
    began = perf_counter()
    plant.build(place)
    say(f"Plant: items, partners, machines, routings and plans ({perf_counter() - began:.1f} s)")
    screws = _tell(
        "Story 1, machined implant: bar, turning, release, three hospitals", lambda: implant.tell(place), say
    )
    _tell("Story 2, moulded connector: cavity 5 makes short shots", lambda: connector.tell(place), say)
    _tell(
        "Story 3, cleanroom: air out of class, cases and pallet, cold chain",
        lambda: cleanroom.tell(place),
        say,
    )
    _tell(
        "Story 4, balance: split, rework, merge, return, to the last piece", lambda: balance.tell(place), say
    )
    _tell("Story 6, recall: from a supplier lot to its signed end", lambda: recall.tell(place, screws), say)
    _tell(
        "Today: lots to inspect, to go on with and to release",
        lambda: today.tell(place, screws.bars["TI-H822"]),
        say,
    )
    counted = (
        f"{frappe.db.count(doctype)} {doctype}s" for doctype in ("Material Lot", "Serial Unit", "Trace Event")
    )
    say(f"{', '.join(counted)} in {perf_counter() - began:.1f} s")


def _tell(title: str, story: Callable[[], Told], say: Say) -> Told:
    began = perf_counter()
    told = story()
    say(f"{title} ({perf_counter() - began:.1f} s)")
    return told


def require_unused() -> None:
    """Raise SiteInUse when somebody works on this site."""
    found = [doctype for doctype in REAL_DATA if frappe.db.count(doctype)]
    if found:
        raise SiteInUse(
            "This site has records of its own ({0}). The demo plant belongs on a site of its own; --force adds it all "
            "the same.",
            ", ".join(found),
        )


def find_fixtures(given: str | Path | None) -> Path:
    """The folder with the plant's files; BadInput says where it was looked for."""
    folder = Path(given) if given else Path(__file__).resolve().parents[4] / "fixtures"
    if not (folder / "plant" / "company.json").is_file():
        raise BadInput(
            "The demo's files are not in {0}. Name the repository's fixtures folder with --fixtures.",
            str(folder),
            field="fixtures_path",
        )
    return folder


def show_users(password: str, say: Say) -> None:
    """Who can log in as what."""
    width = max(len(user.email) for user in USERS)
    say(f"\nDemo users, all with the password {password}:")
    for user in USERS:
        say(f"  {user.email:<{width}}  {user.full_name}, {user.role}")
