"""Runs the patches of `<app>/patches.txt` once each and notes them in Patch Log.

A line is a module with a function `execute`, or `execute:` and one line of Python. Sections
[pre_model_sync] and [post_model_sync] say on which side of the schema update it runs. A line that
begins with `finally:` runs after all others. Text behind the module makes the line another patch.
"""

from __future__ import annotations

import configparser
import os
import time
from enum import Enum
from textwrap import dedent

import frappe

FINALLY = "finally:"


class PatchError(Exception):
    """A patch ended without having done its work."""


class PatchType(Enum):
    pre_model_sync = "pre_model_sync"
    post_model_sync = "post_model_sync"


def run_all(skip_failing: bool = False, patch_type: PatchType | None = None) -> None:
    """Every patch of the installed apps that has not run yet."""
    executed = set(frappe.get_all("Patch Log", filters={"skipped": 0}, pluck="patch"))
    patches = get_all_patches(patch_type=patch_type)
    last = [patch for patch in patches if patch.startswith(FINALLY)]
    for patch in [patch for patch in patches if patch not in last] + last:
        name = patch.removeprefix(FINALLY)
        if name not in executed:
            _run_one(name, skip_failing)


def _run_one(patch: str, skip_failing: bool) -> None:
    try:
        if not run_single(patchmodule=patch):
            raise PatchError(f"{patch}: failed: STOPPED")
    except Exception:
        if not skip_failing:
            raise
        print(f"Failed to execute patch {patch}", flush=True)
        update_patch_log(patch, skipped=True)


def get_all_patches(patch_type: PatchType | None = None) -> list[str]:
    return [
        patch
        for app in frappe.get_installed_apps()
        for patch in get_patches_from_app(app, patch_type=patch_type)
    ]


def get_patches_from_app(app: str, patch_type: PatchType | None = None) -> list[str]:
    path = os.path.join(frappe.get_app_path(app), "patches.txt")
    if not os.path.exists(path):
        return []
    parser = configparser.ConfigParser(
        allow_no_value=True, delimiters="\n", comment_prefixes=("#",), strict=False
    )
    parser.optionxform = str  # type: ignore[assignment]
    with open(path) as source:
        text = source.read()
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError:
        lines = [] if patch_type == PatchType.post_model_sync else frappe.get_file_items(path)
        return list(lines)
    sections = [patch_type] if patch_type else list(PatchType)
    return [line for section in sections if section.value in parser for line in parser[section.value] if line]


def run_single(patchmodule: str | None = None, force: bool = False) -> bool:
    if not patchmodule or (executed(patchmodule) and not force):
        return True
    return execute_patch(patchmodule)


def execute_patch(patchmodule: str) -> bool:
    """Runs one patch in its own transaction; an error rolls it back and is raised."""
    print(f"Executing {patchmodule} in {frappe.local.site}", end="", flush=True)
    started = time.time()
    frappe.flags.in_patch = True
    try:
        if patchmodule.startswith("execute:"):
            exec(dedent(patchmodule.removeprefix("execute:")).strip(), {"frappe": frappe})
        else:
            frappe.get_attr(patchmodule.split()[0] + ".execute")()
        update_patch_log(patchmodule)
        frappe.db.commit()
    except Exception:
        frappe.db.rollback()
        raise
    finally:
        frappe.flags.in_patch = False
    print(f": done in {round(time.time() - started, 3)}s", flush=True)
    return True


def update_patch_log(patchmodule: str, skipped: bool = False) -> None:
    doc = frappe.get_doc({"doctype": "Patch Log", "patch": patchmodule})
    if skipped:
        doc.update({"skipped": 1, "traceback": frappe.get_traceback()})
    doc.insert(ignore_permissions=True)


def executed(patchmodule: str) -> bool:
    return bool(frappe.db.get_value("Patch Log", {"patch": patchmodule, "skipped": 0}))
