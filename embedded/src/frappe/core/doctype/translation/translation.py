"""A translation of the site's own, on top of the apps'."""

from frappe.model.document import Document
from frappe.translate import clear_cache


class Translation(Document):
    def on_update(self) -> None:
        clear_cache()

    def on_trash(self) -> None:
        clear_cache()
