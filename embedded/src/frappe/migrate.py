"""Brings a site to the state of the apps' code: patches, schema, fixtures, customisations, jobs."""

from __future__ import annotations

from typing import Any

import frappe


class SiteMigration:
    """One run over one site: patches before the model, model, patches after it, records, hooks."""

    def __init__(self, skip_failing: bool = False, skip_search_index: bool = False) -> None:
        self.skip_failing = skip_failing
        self.skip_search_index = skip_search_index

    def run(self, site: str) -> None:
        frappe.init(site=site)
        try:
            frappe.connect()
            self.setUp()
            self.pre_schema_updates()
            self.run_schema_updates()
            self.post_schema_updates()
        finally:
            frappe.flags.in_migrate = False
            frappe.destroy()

    def setUp(self) -> None:
        frappe.flags.in_migrate = True
        frappe.clear_cache()

    def pre_schema_updates(self) -> None:
        self._run_hooks("before_migrate")

    def run_schema_updates(self) -> None:
        from frappe.model.sync import sync_all
        from frappe.modules.patch_handler import PatchType, run_all

        run_all(skip_failing=self.skip_failing, patch_type=PatchType.pre_model_sync)
        sync_all()
        frappe.clear_cache()
        run_all(skip_failing=self.skip_failing, patch_type=PatchType.post_model_sync)

    def post_schema_updates(self) -> None:
        from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs
        from frappe.modules.utils import sync_customizations
        from frappe.utils.fixtures import sync_fixtures

        sync_jobs()
        sync_fixtures()
        sync_customizations()
        frappe.clear_cache()
        self._run_hooks("after_migrate")
        frappe.db.commit()

    def _run_hooks(self, event: str) -> None:
        for app in frappe.get_installed_apps():
            hooks: dict[str, Any] = frappe.get_hooks(app_name=app)
            for method in hooks.get(event) or []:
                frappe.get_attr(method)()
        frappe.db.commit()
