"""The desk's workspace leads to pages and records that exist."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = ROOT / "apps" / "med_trace"
WORKSPACE = json.loads(
    (APP / "med_trace" / "ledger" / "workspace" / "med_trace" / "med_trace.json").read_text()
)


def test_every_block_names_what_the_workspace_has() -> None:
    blocks = json.loads(WORKSPACE["content"])
    shortcuts = {one["data"]["shortcut_name"] for one in blocks if one["type"] == "shortcut"}
    cards = {one["data"]["card_name"] for one in blocks if one["type"] == "card"}
    assert shortcuts == {one["label"] for one in WORKSPACE["shortcuts"]}
    assert cards == {one["label"] for one in WORKSPACE["links"] if one["type"] == "Card Break"}
    assert len({one["id"] for one in blocks}) == len(blocks)


def test_links_lead_to_our_doctypes() -> None:
    ours = {json.loads(path.read_text())["name"] for path in (APP / "med_trace").glob("*/doctype/*/*.json")}
    assert {one["link_to"] for one in WORKSPACE["links"] if one["type"] == "Link"} <= ours


def test_shortcuts_lead_to_pages_of_the_web_app() -> None:
    routes = set(re.findall(r'path: "(/[a-z-]*)', (APP / "frontend" / "src" / "router.ts").read_text()))
    pages = {one["url"].removeprefix("/med-trace") or "/" for one in WORKSPACE["shortcuts"]}
    assert pages <= routes
