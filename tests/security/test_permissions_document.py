"""docs/roles.md says what the app installs: the page, the files and the site agree, letter by letter."""

import importlib.util

import pytest

import frappe
from builders import a_user, as_user
from permissions import LETTERS, PAGE, ROOT, doctypes, promised_by_files, promised_by_page, roles, table


@pytest.mark.requirement("OPS-3")
def test_the_page_is_what_the_files_say() -> None:
    spec = importlib.util.spec_from_file_location("roles_page", ROOT / "scripts" / "roles.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert PAGE.read_text(encoding="utf-8") == module.page(), "run scripts/fix"


@pytest.mark.requirement("OPS-3")
def test_every_right_of_the_files_is_on_the_page_and_no_other() -> None:
    files, page = promised_by_files(), promised_by_page()
    assert {key: rights for key, rights in files.items() if rights} == page
    assert {row[0] for row in table("DocType")[1:]} == set(doctypes())


@pytest.mark.requirement("OPS-3")
@pytest.mark.parametrize("role", [role for role in roles() if role not in ("Guest",)])
def test_the_site_gives_what_the_page_promises(site: str, role: str) -> None:
    page = promised_by_page()
    wrong = []
    with as_user(a_user(*([] if role == "Nobody" else [role]))):
        for name, doctype in doctypes().items():
            for right in LETTERS.values():
                promised = right in page.get((name, role), ())
                if right == "import" or (right in ("submit", "cancel") and not doctype.get("is_submittable")):
                    promised = False
                if bool(frappe.has_permission(name, right)) != promised:
                    wrong.append((name, right, "promised" if promised else "given"))
    assert wrong == []


@pytest.mark.requirement("OPS-3")
def test_the_roles_have_no_rights_elsewhere(site: str) -> None:
    """Records of other apps are given to people by the roles of those apps."""
    ours = [role for role in roles() if role.startswith("Trace ")]
    for table_of_rights in ("DocPerm", "Custom DocPerm"):
        found = frappe.get_all(table_of_rights, filters={"role": ["in", ours]}, pluck="parent", distinct=True)
        strange = set(found) - set(doctypes())
        assert {name for name in strange if not frappe.get_meta(name).istable} == set()


@pytest.mark.requirement("OPS-3")
def test_the_auditor_writes_nothing_and_the_machine_sees_nothing() -> None:
    for (_name, role), rights in promised_by_page().items():
        assert role != "Trace Machine"
        if role == "Trace Auditor":
            assert rights <= {"read", "report", "print", "export"}
