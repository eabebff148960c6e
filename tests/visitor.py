"""One person with one browser window, who remembers what went wrong behind the page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

PHONE, DESK = (390, 844), (1366, 900)
PASSWORD = "trace-demo-2026"
PATIENCE = 30_000  # milliseconds: a busy machine is slow, not wrong
AXE = Path(__file__).parents[1] / "apps/med_trace/frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Visitor:
    """`problems` are what the browser complained of, `outside` the addresses beyond the site that were asked."""

    def __init__(self, context: Any, address: str) -> None:
        self.context, self.page, self.address = context, context.new_page(), address
        self.problems: list[str] = []
        self.outside: list[str] = []
        context.set_default_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        context.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        address = message.location.get("url", "")
        if address.endswith("/favicon.ico") and "/printview" in self.page.url:
            return  # Frappe's own page names none
        if message.type in ("error", "warning"):
            self.problems.append(f"{self.page.url}: {message.text} ({address})")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.outside.append(request.url)

    def log_in(self, person: str, path: str = "/med-trace") -> Visitor:
        """Opens the page as a guest and comes back to it through the login."""
        self.page.goto(self.address + path)
        self.page.get_by_label(re.compile("^Email")).first.fill(f"{person}@traceworks.example")
        self.page.get_by_label("Password").first.fill(PASSWORD)
        self.page.get_by_role("button", name=re.compile("^Log ?in$")).click()  # Frappe's own page, or ours
        self.page.wait_for_url(f"{self.address}/med-trace**")
        self.speak("en")
        return self

    def speak(self, lang: str) -> None:
        self.page.locator(f"button[lang={lang}]").click()
        self.page.locator(f"html[lang={lang}]").wait_for(state="attached")

    def prefer(self, lang: str) -> None:
        """The language of this user's pages, before any is opened."""
        boot = self.call("med_trace.api.screen.boot")
        if boot["lang"] != lang:
            self.call("med_trace.api.screen.set_language", boot["csrf_token"], lang=lang)

    def call(self, method: str, csrf_token: str = "", **values: Any) -> Any:
        """Asks the server as this user, beside the page."""
        headers = {"X-Frappe-CSRF-Token": csrf_token} if csrf_token else {}
        url = f"{self.address}/api/method/{method}"
        reply = (
            self.context.request.post(url, data=values, headers=headers)
            if csrf_token
            else self.context.request.get(url, params=values)
        )
        assert reply.ok, reply.text()
        return reply.json().get("message")

    def records(self, doctype: str, fields: list[str], **filters: Any) -> list[dict[str, Any]]:
        """What the server has of a DocType, newest first."""
        asked = {"doctype": doctype, "fields": json.dumps(fields), "filters": json.dumps(filters)}
        found: list[dict[str, Any]] = self.call("frappe.client.get_list", order_by="creation desc", **asked)
        return found

    def go(self, path: str) -> Any:
        self.page.goto(self.address + path)
        return self.page

    def scan(self, code: str) -> None:
        """As a keyboard wedge does: characters into whatever has the focus, then Enter."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def forgive(self, words: str) -> None:
        """The browser itself notes an answer that the test wanted (a 404, no network); anything else stays."""
        self.problems[:] = [problem for problem in self.problems if words not in problem]

    def faults(self) -> list[str]:
        """What axe finds wrong with the page as it stands, and whether it is wider than its window."""
        found = []
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{self.page.url}: wider than the window")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        report = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert len(report["passes"]) > 5, "axe has looked at nothing"
        for rule in report["violations"]:
            places = [node["html"][:160] for node in rule["nodes"][:3]]
            found.append(f"{self.page.url}: {rule['id']}: {rule['help']}: {places}")
        return found
