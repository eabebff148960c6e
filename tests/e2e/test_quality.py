"""Release, recall, nonconformances and the signature dialog, as the people who answer for them use them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

import at_work

PHONE = (390, 844)


@pytest.fixture(scope="module")
def address(own_address: str) -> str:
    """A plant of our own: what is signed and recalled here is nobody else's."""
    return own_address


def sign(page: Any, person: str, reason: str = "") -> None:
    """Signs, and waits until the dialog is gone."""
    at_work.sign(page, person, reason=reason)
    page.get_by_role("dialog", name="Electronic signature").wait_for(state="detached")


def builder(*rows: list[str]) -> str:
    return f"/med-trace/recall/new?criteria={quote(json.dumps(rows))}"


# -- release


@pytest.mark.requirement("REL-1", "REL-4")
def test_each_reason_that_blocks_leads_to_where_it_is_mended(visit: Any) -> None:
    page = visit().log_in("quality", "/med-trace/release/SC-2604").page
    blocks = page.get_by_role("region", name="What blocks the release")
    blocks.get_by_role("listitem").first.wait_for()
    assert page.get_by_role("button", name="Sign the release").count() == 0
    blocks.get_by_role("link", name="Run the operation").first.click()
    page.wait_for_url("**/med-trace/work?lot=SC-2604")


@pytest.mark.requirement("REL-2", "REL-3", "SIG-1", "SIG-2")
def test_a_release_by_two_people_and_its_revocation(visit: Any) -> None:
    first = visit().log_in("quality", "/med-trace/release")
    page = first.page
    page.get_by_role("region", name="Ready to sign").get_by_role("link", name="SC-2605").click()
    page.get_by_role("button", name="Sign the release").click()
    sign(page, "quality")
    page.get_by_text("Signed. Another person has to sign as well.").wait_for()
    assert page.get_by_role("button", name="Give the second signature").count() == 0  # not by the same person

    page = visit().log_in("quality.head", "/med-trace/release/SC-2605").page
    page.get_by_role("button", name="Give the second signature").click()
    sign(page, "quality.head")
    page.get_by_text("Signed. The lot is released.").wait_for()
    signatures = page.get_by_role("region", name="Signatures")
    assert signatures.get_by_text("✓ valid").count() == 2

    page.get_by_role("button", name="Revoke the release").click()
    sign(page, "quality.head", reason="A gauge was out of calibration")
    revoked = page.get_by_role("region", name="The release was revoked")
    revoked.get_by_text("A gauge was out of calibration").wait_for()
    assert page.get_by_text("On Hold").first.is_visible()


@pytest.mark.requirement("SIG-1", "VIEW-4")
def test_a_refused_signature_loses_nothing_and_the_second_asks_for_the_password_only(visit: Any) -> None:
    visitor = visit().log_in("quality.head", "/med-trace/release/EL-2611-M")
    page = visitor.page
    opener = page.get_by_role("button", name="Revoke the release")
    opener.click()
    dialog = page.get_by_role("dialog", name="Electronic signature")
    page.wait_for_load_state("networkidle")
    dialog.get_by_label("User id").fill("quality.head@traceworks.example")
    dialog.get_by_label("Reason").fill("Leak found")
    dialog.get_by_label("Password").fill("not my password")
    page.keyboard.press("Enter")
    dialog.get_by_role("alert").get_by_text("is wrong: nothing was signed").wait_for()
    assert dialog.get_by_label("Reason").input_value() == "Leak found"
    assert dialog.get_by_label("User id").input_value() == "quality.head@traceworks.example"
    for _ in range(12):  # the focus stays in the dialog, however often one goes on
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert opener.evaluate("button => button === document.activeElement")
    visitor.problems.clear()  # the browser notes the 403 itself


# -- recall


@pytest.mark.requirement("RCL-1", "RCL-2", "TRC-2")
def test_a_scope_is_shown_while_it_is_built(visit: Any) -> None:
    page = visit().log_in("regulatory", "/med-trace/recall/new").page
    first = page.get_by_role("group", name="Criterion 1")
    first.get_by_label("Kind").select_option("Tool")
    first.get_by_role("combobox", name="Value").press_sequentially("MOULD")
    page.get_by_role("option", name="MOULD-8C-01").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("region", name="What is concerned").wait_for()
    page.get_by_role("button", name="Add a criterion").click()
    second = page.get_by_role("group", name="Criterion 2")
    second.get_by_label("Kind").select_option("Cavity")
    second.get_by_role("combobox", name="Value").fill("5")
    page.get_by_text("Tool MOULD-8C-01 and Cavity 5").wait_for()
    page.get_by_text("The slice spares").wait_for()
    assert page.get_by_role("radio", name="Cause slice").is_checked()
    page.get_by_role("region", name="Consignees").get_by_role("cell", name="IS-2608").first.wait_for()
    page.reload()  # nothing is lost: the criteria are in the address
    page.get_by_text("Tool MOULD-8C-01 and Cavity 5").wait_for()


@pytest.mark.requirement("RCL-1")
def test_a_value_that_nothing_has_is_no_good_news(visit: Any) -> None:
    page = visit().log_in("regulatory", builder(["Heat Number", "H-NOBODY"])).page
    page.get_by_text("No lot meets these criteria.").wait_for()
    page.get_by_role("region", name="Gaps").get_by_text("H-NOBODY").wait_for()


@pytest.mark.requirement("RCL-1", "RCL-3", "RCL-4", "RCL-5")
def test_a_recall_from_its_scope_to_its_signed_end(visit: Any) -> None:
    page = visit().log_in("regulatory", builder(["Supplier Lot", "NT-55147"])).page
    page.get_by_role("region", name="Make it a recall").wait_for()
    page.get_by_label("Title").fill("Screws from heat H822")
    page.get_by_label("Reason for the recall").fill("Inclusions reported by the mill")
    page.get_by_label("Class II: it may cause temporary").check()
    page.get_by_role("combobox", name="Value").fill("")  # changing one's mind about the cause loses nothing
    page.get_by_label("Title").wait_for(state="hidden")
    page.get_by_role("combobox", name="Value").fill("NT-55147")
    page.get_by_role("button", name="Create the recall").click()
    page.get_by_role("heading", name="Screws from heat H822").wait_for()
    page.get_by_role("button", name="Place holds").click()
    page.get_by_text("Everything in scope is held.").wait_for()
    page.get_by_role("button", name="Sign the initiation").click()
    sign(page, "regulatory")
    page.get_by_text("Signed. The recall is initiated").wait_for()

    consignees = page.get_by_role("region", name="Consignees")
    cards = consignees.get_by_role("listitem").filter(has=page.get_by_role("heading"))
    for place in range(cards.count()):
        card = cards.nth(place)
        card.get_by_role("button", name="Notified").click()
        dialog = page.get_by_role("dialog", name="Enter a notice")
        dialog.get_by_label("How").select_option("E-mail")
        dialog.get_by_role("button", name="Save").click()
        dialog.wait_for(state="detached")
        card.get_by_role("button", name="Reply").click()
        dialog = page.get_by_role("dialog", name="Enter a reply")
        dialog.get_by_label("Outcome").select_option("Unreachable")
        dialog.get_by_label("Why the balance is closed so").fill("The clinic has closed")
        dialog.get_by_role("button", name="Save").click()
        dialog.wait_for(state="detached")
        card.get_by_role("button", name="Check").click()
        dialog = page.get_by_role("dialog", name="Enter a check")
        dialog.get_by_label("How").select_option("Telephone")
        dialog.get_by_label("Yes: effective").check()
        dialog.get_by_role("button", name="Save").click()
        dialog.wait_for(state="detached")
    page.get_by_label("Conclusion of the effectiveness check").fill("Everybody was reached")
    page.get_by_role("button", name="Save the conclusion").click()
    page.get_by_text("The conclusion is saved.").wait_for()
    page.get_by_role("button", name="Sign the termination").click()
    sign(page, "regulatory")
    page.get_by_text("Signed. The recall is terminated.").wait_for()
    page.get_by_role("button", name="Verify the snapshot").click()
    page.get_by_text("Computed again from the ledger: the same scope").wait_for()


@pytest.mark.requirement("RCL-3")
def test_a_notice_is_read_before_it_is_printed(visit: Any) -> None:
    page = visit().log_in("regulatory", "/med-trace/recall/RCL-2026-0001").page
    page.get_by_role("button", name="Notice St. Mary Hospital").click()
    dialog = page.get_by_role("dialog", name="Notice to St. Mary Hospital")
    dialog.frame_locator("iframe").get_by_text("SC-2601").first.wait_for()
    assert dialog.get_by_role("button", name="Print").is_visible()


# -- nonconformances


@pytest.mark.requirement("NC-1", "VIEW-4")
def test_an_ncr_moves_by_its_menu_and_by_dragging(visit: Any) -> None:
    page = visit().log_in("quality", "/med-trace/quality").page
    page.get_by_role("article", name="NCR-2026-0004").wait_for()
    page.get_by_role("button", name="Move NCR-2026-0004").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Begin Evaluation").wait_for()
    page.keyboard.press("Enter")
    evaluated = page.get_by_role("region", name="Under Evaluation")
    evaluated.get_by_role("article", name="NCR-2026-0004").wait_for()
    page.get_by_role("article", name="NCR-2026-0002").drag_to(evaluated)
    evaluated.get_by_role("article", name="NCR-2026-0002").wait_for()


@pytest.mark.requirement("NC-1")
def test_a_step_that_the_record_refuses_says_why_and_the_card_stays(visit: Any) -> None:
    visitor = visit().log_in("quality", "/med-trace/quality?text=Complaint")
    page = visitor.page
    page.get_by_role("article", name="NCR-2026-0001").wait_for()
    column = page.get_by_role("region", name="Under Evaluation")
    page.get_by_role("button", name="Move NCR-2026-0001").click()
    page.get_by_role("menuitem", name="Begin Evaluation").click()
    column.get_by_role("article", name="NCR-2026-0001").wait_for()
    page.get_by_role("button", name="Move NCR-2026-0001").click()
    page.get_by_role("menuitem", name="Settle Dispositions").click()
    page.get_by_role("alert").wait_for()
    assert column.get_by_role("article", name="NCR-2026-0001").count() == 1
    visitor.problems.clear()  # the browser notes the 417 itself


DECIDE = """async (name) => {
    const send = (method, url, body) => fetch(url, {method, body: JSON.stringify(body), headers: {
        "Content-Type": "application/json",
        "X-Frappe-CSRF-Token": JSON.parse(document.getElementById("boot").textContent).csrf_token,
    }}).then((answer) => answer.json());
    const { data } = await fetch(`/api/resource/NCR/${name}`).then((answer) => answer.json());
    if (data.workflow_state === "Open")
        await send("POST", "/api/method/frappe.model.workflow.apply_workflow", {
            doc: JSON.stringify({doctype: "NCR", name}), action: "Begin Evaluation",
        });
    const rows = data.lots.map(({lot, serial_unit, quantity}) => ({
        lot, serial_unit, quantity, disposition: "Use As Is", justification: "Within the stability data",
        approver: "quality.head@traceworks.example",
    }));
    const saved = await send("PUT", `/api/resource/NCR/${name}`, {
        evaluation: "No harm", dispositions: rows, change_reason: "Evaluated",
    });
    return JSON.stringify(saved.exception ?? "");
}"""


@pytest.mark.requirement("NC-1", "SIG-3")
def test_a_step_that_needs_a_signature_asks_for_it_and_the_last_one_asks_again(visit: Any) -> None:
    name = "NCR-2026-0004"
    visitor = visit().log_in("quality", "/med-trace/quality")
    assert visitor.page.evaluate(DECIDE, name) == '""'
    approver = visit().log_in("quality.head", "/med-trace/quality")
    page = approver.page

    def move(action: str) -> None:
        page.get_by_role("button", name=f"Move {name}").click()
        page.get_by_role("menuitem", name=action).click()

    move("Settle Dispositions")
    sign(page, "quality.head")
    page.get_by_role("region", name="Dispositioned").get_by_role("article", name=name).wait_for()
    move("Carry Out And Close")
    page.get_by_role("dialog", name="Carry Out And Close").get_by_role("button", name="Carry out").click()
    page.get_by_role("region", name="Closed").get_by_role("article", name=name).wait_for()
    approver.problems.clear()  # the browser notes the 417 of the step that was not signed


@pytest.mark.requirement("NC-1", "VIEW-1")
def test_an_ncr_is_given_to_a_person_who_finds_it_at_home(visit: Any) -> None:
    name = "NCR-2026-0002"
    page = visit(person="quality").go("/med-trace/quality")
    page.get_by_role("button", name=f"Assign {name}").click()
    dialog = page.get_by_role("dialog", name="Who investigates?")
    dialog.get_by_label("Person").select_option(label="Ibrahim Sahin")
    dialog.get_by_label("Answer by").fill("2099-01-31")
    dialog.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_text(f"{name} is now with Ibrahim Sahin").wait_for()
    page.get_by_role("article", name=name).get_by_text("to answer by 31 Jan 2099").wait_for()
    inspector = visit(*PHONE, person="inspector")
    page = inspector.go("/med-trace")
    waiting = page.get_by_role("region", name="NCRs to answer")
    waiting.get_by_role("link", name=name).wait_for()
    waiting.get_by_role("link", name="Show as list").click()
    page.wait_for_url("**assigned=me**")
    page.get_by_role("article", name=name).get_by_text("with Ibrahim Sahin").wait_for()
    assert page.get_by_role("article").count() == 1
    assert page.get_by_role("button", name=f"Assign {name}").count() == 0
    assert inspector.faults() == []


@pytest.mark.requirement("NC-1", "CFG-1")
def test_the_filters_of_the_board_stay_in_the_address(visit: Any) -> None:
    page = visit().log_in("auditor", "/med-trace/quality").page
    page.get_by_role("article", name="NCR-2026-0003").wait_for()
    page.get_by_label("Severity").select_option("Critical")
    page.wait_for_url("**severity=Critical**")
    page.get_by_role("article", name="NCR-2026-0003").wait_for(state="detached")
    page.get_by_role("article", name="NCR-2026-0005").wait_for()
    assert page.get_by_role("button", name="Move NCR-2026-0005").count() == 0  # an auditor moves nothing
    page.go_back()
    page.get_by_role("article", name="NCR-2026-0003").wait_for()


# -- home and the lot


@pytest.mark.requirement("VIEW-3", "VIEW-1")
def test_a_chart_says_its_figure_and_has_it_as_a_table(visit: Any) -> None:
    page = visit().log_in("quality").page
    title = "Inspections: accepted and rejected"
    card = page.get_by_role("region", name=title).first
    card.get_by_role("img", name="% accepted").wait_for()
    card.get_by_role("button", name="As a table").click()
    card.get_by_role("columnheader", name="Rejected").wait_for()


@pytest.mark.requirement("INSP-6", "EVI-1", "TRC-3")
def test_one_piece_one_file(visit: Any) -> None:
    visitor = visit().log_in("quality", "/med-trace/lots/SC-2601")
    page = visitor.page
    page.get_by_role("region", name="Files").get_by_role("link", name="okuma").wait_for()
    page.get_by_role("region", name="Shipments").get_by_role(
        "link", name="St. Mary Hospital"
    ).first.wait_for()
    page.get_by_role("region", name="Release and signatures").get_by_text("✓ valid").nth(1).wait_for()
    page.get_by_text("Who did what when").click()
    page.get_by_role("region", name="Audit trail").get_by_role("listitem").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="History (PDF)").click()
    assert download.value.suggested_filename == "history-SC-2601.pdf"


@pytest.mark.requirement("VIEW-2", "VIEW-4", "CFG-3")
@pytest.mark.parametrize("size", [PHONE, (1366, 900)], ids=["phone", "desk"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_these_pages_fit_and_are_accessible(
    visit: Any, node_modules: Any, size: tuple[int, int], lang: str
) -> None:
    axe = (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    visitor = visit(*size).log_in("quality")
    visitor.speak(lang)
    paths = [
        "",
        "/release",
        "/release/SC-2604",
        "/quality",
        "/recall",
        "/recall/RCL-2026-0001",
        "/lots/SC-2601",
    ]
    found = []
    for path in [f"/med-trace{path}" for path in paths] + [builder(["Tool", "MOULD-8C-01"], ["Cavity", "5"])]:
        page = visitor.go(path)
        page.locator("h1").first.wait_for()
        page.wait_for_load_state("networkidle")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: wider than the window")
        page.evaluate(axe)
        report = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        found += [
            f"{path}: {one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
            for one in report["violations"]
        ]
    assert found == []
