"""The life of a document: insert, save, submit, cancel, delete, with hooks and permission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _, whitelist
from frappe._cache import space
from frappe.model import table_fields
from frappe.model.base_document import BaseDocument, get_controller
from frappe.model.docstatus import DocStatus
from frappe.model.document_checks import DocumentChecks, same_moment
from frappe.model.document_extras import DocumentExtras
from frappe.model.naming import set_new_name, validate_name
from frappe.model.notifications import run_notifications
from frappe.types.frappedict import _dict
from frappe.utils.data import cstr, now


def get_doc(*args: Any, **kwargs: Any) -> Any:
    """get_doc(doctype, name), get_doc(single), get_doc(dict), get_doc(doctype=..., field=...)."""
    if args and isinstance(args[0], BaseDocument):
        return args[0]
    if args and isinstance(args[0], str):
        doctype = args[0]
    elif args and isinstance(args[0], dict):
        kwargs = args[0]
        doctype = kwargs.get("doctype") or ""
    elif not args and kwargs:
        doctype = kwargs.get("doctype") or ""
    else:
        raise frappe.InvalidArgument("First non keyword argument must be a string or dict")
    if not doctype:
        raise frappe.InvalidArgument('"doctype" is a required key')
    return get_controller(doctype)(*args, **kwargs)


class Document(DocumentChecks, DocumentExtras, BaseDocument):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.doctype: Any = None
        self.name: Any = None
        self._action = "save"
        self._doc_before_save: Any = None
        if args and isinstance(args[0], str):
            self._find(args, kwargs)
            return
        values = args[0] if args and isinstance(args[0], dict) else kwargs
        if not values:
            raise ValueError("Illegal arguments")
        super().__init__(values)
        self.init_child_tables()
        self.init_valid_columns()

    def _find(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.doctype = args[0]
        name = args[0] if len(args) == 1 else args[1]
        if isinstance(name, dict):
            name = frappe.db.get_value(args[0], name, "name")
            if name is None:
                frappe.throw(_("{0} {1} not found").format(_(args[0]), args[1]), frappe.DoesNotExistError)
        self.name = name
        self.flags = _dict(for_update=kwargs.get("for_update"))
        self.load_from_db()

    def load_from_db(self) -> Document:
        """Reads the row and its child rows again."""
        for_update = self.flags.for_update if "flags" in self.__dict__ else None
        if self.meta.issingle:
            self._load_single(for_update)
        else:
            row = frappe.db.get_value(self.doctype, self.name, "*", as_dict=True, for_update=for_update)
            if not row:
                frappe.throw(
                    _("{0} {1} not found").format(_(self.doctype), self.name), frappe.DoesNotExistError
                )
            BaseDocument.__init__(self, {**row, "doctype": self.doctype})
        self.flags.for_update = for_update
        if not self.meta.issingle or self.meta.get_table_fields():
            self._load_children(for_update)
        return self

    def _load_single(self, for_update: Any) -> None:
        values = frappe.db.get_singles_dict(self.doctype, for_update=for_update)
        if not values:
            values = frappe.new_doc(self.doctype, as_dict=True)
            values.pop("__islocal", None)
        values["doctype"], values["name"] = self.doctype, self.doctype
        BaseDocument.__init__(self, values)
        self.init_valid_columns()
        self._fix_numeric_types()

    def _load_children(self, for_update: Any) -> None:
        for df in self._get_table_fields():
            rows = frappe.db.get_values(
                df.options,
                {"parent": self.name, "parenttype": self.doctype, "parentfield": df.fieldname},
                "*",
                as_dict=True,
                order_by="idx asc",
                for_update=for_update,
            )
            self.set(df.fieldname, rows or [])

    def reload(self) -> Document:
        return self.load_from_db()

    # -- insert and save ----------------------------------------------------

    def insert(
        self,
        ignore_permissions: bool | None = None,
        ignore_links: bool | None = None,
        ignore_if_duplicate: bool = False,
        ignore_mandatory: bool | None = None,
        set_name: str | None = None,
        set_child_names: bool = True,
    ) -> Any:
        """Checks and stores a new document, with its rows; gives the document back."""
        self._set_flags(
            ignore_permissions=ignore_permissions,
            ignore_links=ignore_links,
            ignore_mandatory=ignore_mandatory,
        )
        self.set("__islocal", True)
        self._set_defaults()
        self.set_user_and_timestamp()
        self.set_docstatus()
        self.check_if_latest()
        self._validate_links()
        self.check_permission("create")
        self.run_method("before_insert")
        self.set_new_name(set_name=set_name, set_child_names=set_child_names)
        self.set_parent_in_children()
        self.validate_higher_perm_levels()
        self.flags.in_insert = True
        self.run_before_save_methods()
        self._validate()
        self.set_docstatus()
        self.flags.in_insert = False
        self._insert_rows(ignore_if_duplicate)
        self.run_method("after_insert")
        self.flags.in_insert = True
        if self.get("amended_from"):
            self.copy_attachments_from_amended_from()
        self.run_post_save_methods()
        self.flags.in_insert = False
        for mark in ("__islocal", "__unsaved"):
            self.__dict__.pop(mark, None)
        return self

    def _insert_rows(self, ignore_if_duplicate: bool) -> None:
        if self.meta.issingle:
            self.update_single(self.get_valid_dict())
        else:
            self.db_insert(ignore_if_duplicate=ignore_if_duplicate)
        for row in self.get_all_children():
            row.db_insert()

    def _set_flags(self, **flags: Any) -> None:
        for flag, value in flags.items():
            if value is not None:
                self.flags[flag] = value

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Checks and stores changes; inserts a document that is new. TimestampMismatchError when stale."""
        return self._save(*args, **kwargs)

    def _save(self, ignore_permissions: bool | None = None, ignore_version: bool | None = None) -> Any:
        self._set_flags(ignore_permissions=ignore_permissions)
        self.flags.ignore_version = frappe.flags.in_test if ignore_version is None else ignore_version
        if self.get("__islocal") or not self.get("name"):
            return self.insert()
        self._set_defaults()
        self.check_permission("write", "save")
        self.set_user_and_timestamp()
        self.set_docstatus()
        self.check_if_latest()
        self.set_parent_in_children()
        self.set_name_in_children()
        self.validate_higher_perm_levels()
        self._validate_links()
        self.run_before_save_methods()
        if self._action != "cancel":
            self._validate()
        if self._action == "update_after_submit":
            self.validate_update_after_submit()
        self.set_docstatus()
        if self.meta.issingle:
            self.update_single(self.get_valid_dict())
        else:
            self.db_update()
        self.update_children()
        self.run_post_save_methods()
        self.__dict__.pop("__unsaved", None)
        return self

    def update_children(self) -> None:
        for df in self.meta.get_table_fields():
            self.update_child_table(df.fieldname, df)

    def update_child_table(self, fieldname: str, df: Any = None) -> None:
        """Writes the rows of one table and deletes those that are no longer there."""
        df = df or self.meta.get_field(fieldname)
        names = []
        for row in self.get(fieldname) or ():
            row.db_update()
            names.append(row.name)
        if df.options in (self.flags.ignore_children_type or ()):
            return
        filters: dict[str, Any] = {
            "parent": self.name,
            "parenttype": self.doctype,
            "parentfield": df.fieldname,
        }
        if names:
            filters["name"] = ["not in", names]
        frappe.db.delete(df.options, filters)

    def update_single(self, d: dict[str, Any]) -> None:
        """Replaces the rows of a single in tabSingles."""
        frappe.db.delete("Singles", {"doctype": self.doctype})
        for field, value in d.items():
            if field != "doctype":
                frappe.db.sql(
                    "insert into `tabSingles` (`doctype`, `field`, `value`) values (%s, %s, %s)",
                    (self.doctype, field, None if value is None else cstr(value)),
                )
        if hasattr(frappe.db, "value_cache"):
            frappe.db.value_cache.pop(self.doctype, None)

    @whitelist()
    def submit(self) -> Any:
        self.docstatus = DocStatus(1)
        return self.save()

    @whitelist()
    def cancel(self) -> Any:
        self.docstatus = DocStatus(2)
        return self.save()

    def delete(
        self, ignore_permissions: bool = False, force: bool = False, *, delete_permanently: bool = False
    ) -> Any:
        return frappe.delete_doc(
            self.doctype,
            self.name,
            ignore_permissions=ignore_permissions,
            flags=self.flags,
            force=force,
            delete_permanently=delete_permanently,
        )

    @whitelist()
    def rename(
        self, name: str, merge: bool = False, force: bool = False, validate_rename: bool = True
    ) -> None:
        from frappe.model.rename_doc import rename_doc

        self.name = rename_doc(doc=self, new=name, merge=merge, force=force, validate=validate_rename)
        self.reload()

    # -- names, stamps, state -----------------------------------------------

    def set_new_name(
        self, force: bool = False, set_name: str | None = None, set_child_names: bool = True
    ) -> None:
        if self.flags.name_set and not force:
            return
        given = self.get("__newname")
        if given and (self.meta.autoname or "").lower() == "prompt":
            self.name = validate_name(self.doctype, given)
            self.flags.name_set = True
            return
        if set_name:
            self.name = validate_name(self.doctype, set_name)
        else:
            set_new_name(self)
        if set_child_names:
            for row in self.get_all_children():
                set_new_name(row)
        self.flags.name_set = True

    def set_name_in_children(self) -> None:
        for row in self.get_all_children():
            if not row.name:
                set_new_name(row)

    def set_parent_in_children(self) -> None:
        for row in self.get_all_children():
            row.parent = self.name
            row.parenttype = self.doctype

    def set_user_and_timestamp(self) -> None:
        self._original_modified = self.modified
        self.modified = now()
        self.modified_by = frappe.session.user
        if self.is_new():
            given = frappe.flags.in_install or frappe.flags.in_patch or frappe.flags.in_migrate
            self.creation = (given and self.creation) or self.modified
            self.owner = (given and self.owner) or self.modified_by
        for row in self.get_all_children():
            row.modified, row.modified_by = self.modified, self.modified_by
            row.owner = row.owner or self.owner
            row.creation = row.creation or self.creation
        if self.name:
            frappe.flags.currently_saving.append((self.doctype, self.name))

    def set_docstatus(self) -> None:
        for row in self.get_all_children():
            row.docstatus = self.docstatus

    def _set_defaults(self) -> None:
        """Fills what is None from the DocType's defaults, in the document and its new rows."""
        if frappe.flags.in_import:
            return
        if self.is_new():
            self.update_if_missing(frappe.new_doc(self.doctype, as_dict=True))
        for df in self.meta.get_table_fields():
            rows = [row for row in self.get(df.fieldname) or () if row.is_new()]
            if rows:
                defaults = frappe.new_doc(df.options, parent_doc=self, parentfield=df.fieldname, as_dict=True)
                for row in rows:
                    row.update_if_missing(defaults)

    def check_if_latest(self) -> None:
        """Nobody else has saved it since it was read, and the docstatus may go where it goes."""
        self.load_doc_before_save(raise_exception=True)
        self._action = "save"
        previous = self._doc_before_save
        if previous is None:
            self.check_docstatus_transition(0)
            return
        if not same_moment(previous.modified, self._original_modified):
            frappe.msgprint(
                _("Error: Document has been modified after you have opened it")
                + f" ({previous.modified}, {self.modified}). "
                + _("Please refresh to get the latest document."),
                raise_exception=frappe.TimestampMismatchError,
            )
        if not self.meta.issingle:
            self.check_docstatus_transition(previous.docstatus)

    def check_docstatus_transition(self, to_docstatus: int) -> None:
        """From the stored docstatus to the document's own."""
        step = (int(to_docstatus), int(self.docstatus))
        if step[0] == 2:
            raise frappe.ValidationError(_("Cannot edit cancelled document"))
        if step[1] not in (0, 1, 2):
            raise frappe.ValidationError(_("Invalid docstatus"), self.docstatus)
        action = _STEPS.get(step)
        if action is None:
            raise frappe.DocstatusTransitionError(
                _("Cannot change docstatus from {0} to {1}").format(_STATES[step[0]], _STATES[step[1]])
            )
        self._action = action
        if action != "save":
            self.check_permission("cancel" if action == "cancel" else "submit")

    def load_doc_before_save(self, *, raise_exception: bool = False) -> None:
        self._doc_before_save = None
        if self.is_new():
            return
        try:
            self._doc_before_save = frappe.get_doc(self.doctype, self.name, for_update=True)
        except frappe.DoesNotExistError:
            if raise_exception:
                raise
            frappe.clear_last_message()

    def get_doc_before_save(self) -> Any:
        return self._doc_before_save

    def has_value_changed(self, fieldname: str) -> bool:
        """Whether the value differs from what was stored before this save."""
        previous = self.get_doc_before_save()
        if not previous:
            return True
        before, after = previous.get(fieldname), self.get(fieldname)
        if isinstance(before, str | int | float | type(None)):
            return bool(before != after)
        df = self.meta.get_field(fieldname)
        return bool(
            before != (self.cast(after, df) if df is not None and df.fieldtype not in table_fields else after)
        )

    # -- the checks ---------------------------------------------------------

    def run_before_save_methods(self) -> None:
        if self._action in ("save", "submit"):
            self.run_method("before_validate")
        if self.flags.ignore_validate:
            return
        for method in _BEFORE[self._action]:
            self.run_method(method)
        self.set_title_field()

    def run_post_save_methods(self) -> None:
        for method in _AFTER[self._action]:
            self.run_method(method)
        if self._action == "cancel":
            self.check_no_back_links_exist()
        self.clear_cache()
        if self.flags.get("notify_update", True):
            self.notify_update()
        self.save_version()
        self.run_method("on_change")
        saving = frappe.flags.currently_saving
        if (self.doctype, self.name) in saving:
            saving.remove((self.doctype, self.name))

    # -- hooks --------------------------------------------------------------

    def run_method(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """The controller's method, then the handlers of `doc_events`; their answers joined."""
        own = None if method in self.__dict__ else getattr(self, method, None)
        self.__dict__["_return_value"] = None
        result = own(*args, **kwargs) if callable(own) else None
        for handler in _handlers(self.doctype, method):
            answer = handler(self, method, *args, **kwargs)
            if isinstance(answer, dict) and isinstance(result, dict):
                result.update(answer)
            else:
                result = answer or result
        run_notifications(self, method)
        return result

    def is_whitelisted(self, method_name: str) -> None:
        method = getattr(self, method_name, None)
        if not method:
            raise frappe.NotFound(f"Method {method_name} not found")
        frappe.is_whitelisted(getattr(method, "__func__", method))


_STATES = ("0 (Draft)", "1 (Submitted)", "2 (Cancelled)")
_STEPS = {
    (0, 0): "save",
    (0, 1): "submit",
    (1, 1): "update_after_submit",
    (1, 2): "cancel",
}
_BEFORE = {
    "save": ("validate", "before_save"),
    "submit": ("validate", "before_submit"),
    "cancel": ("before_cancel",),
    "update_after_submit": ("before_update_after_submit",),
}
_AFTER = {
    "save": ("on_update",),
    "submit": ("on_update", "on_submit"),
    "cancel": ("on_cancel",),
    "update_after_submit": ("on_update_after_submit",),
}


def _handlers(doctype: str, method: str) -> tuple[Callable[..., Any], ...]:
    """Functions that apps hook to this event: those of the DocType, then those of all."""
    known: dict[tuple[str, str], tuple[Callable[..., Any], ...]] = space().setdefault("handlers", {})
    key = (doctype, method)
    if key not in known:
        events = frappe.get_doc_hooks()
        paths = [*events.get(doctype, {}).get(method, []), *events.get("*", {}).get(method, [])]
        known[key] = tuple(frappe.get_attr(path) for path in paths)
    return known[key]
