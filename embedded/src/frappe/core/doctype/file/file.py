"""Files of the site: where they lie, whose they are, who may read them."""

import os
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.core.doctype.file.exceptions import FileIsMissing, FolderNotEmpty, MaxFileSizeReachedError
from frappe.core.doctype.file.utils import (
    clean_file_name,
    decode_file_content,
    generate_file_name,
    get_content_hash,
    get_max_file_size,
)
from frappe.model.document import Document
from frappe.utils import cint, get_files_path

URL_PREFIXES = ("http://", "https://")


class File(Document):
    file_name: Any
    file_url: Any
    folder: Any

    def autoname(self) -> None:
        if not self.is_folder:
            self.name = frappe.generate_hash(length=10)
        elif self.is_home_folder:
            self.name = "Home"
        else:
            self.name = f"{self.folder or 'Home'}/{self.file_name}"

    def before_insert(self) -> None:
        self.set_folder_name()
        if self.is_folder:
            return
        self.set_file_name()
        content = self.get("content")
        if content is not None:
            self.save_file(content=content, decode=self.get("decode") or False)
        elif not self.is_remote_file:
            self.read_from_disk()

    def after_insert(self) -> None:
        if not self.is_folder:
            icon = ' <i class="fa fa-lock text-warning"></i>' if self.is_private else ""
            link = f'<a href="{frappe.utils.escape_html(self.file_url)}" target="_blank">'
            self.add_comment_in_reference_doc(
                "Attachment", f"{link}{frappe.utils.escape_html(self.file_name)}</a>{icon}"
            )

    def validate(self) -> None:
        if self.is_folder:
            return
        if self.is_remote_file:
            self.is_private = 0
        elif not self.is_new() and self.has_value_changed("is_private"):
            frappe.throw(_("Upload the file anew to make it public or private"))
        self.validate_file_url()
        self.file_type = os.path.splitext(self.file_name or "")[1].removeprefix(".").upper() or None

    @property
    def is_remote_file(self) -> bool:
        return bool(self.file_url and self.file_url.startswith(URL_PREFIXES))

    def set_folder_name(self) -> None:
        """Attachments go into their own folder unless another one is named."""
        if self.is_home_folder or self.is_attachments_folder:
            return
        if not self.folder:
            self.folder = "Home/Attachments" if self.attached_to_doctype else "Home"

    def set_file_name(self) -> None:
        if not self.file_name and self.file_url:
            self.file_name = self.file_url.split("/")[-1]
        if not self.file_name:
            frappe.throw(_("File name is required"), frappe.MandatoryError)
        self.file_name = clean_file_name(self.file_name)

    def validate_file_url(self) -> None:
        """A local address stays below /files or /private/files, and the file is there."""
        if self.is_remote_file or not self.file_url:
            return
        if not self.file_url.startswith(("/files/", "/private/files/")):
            frappe.throw(_("URL must start with http:// or https://"), title=_("Invalid URL"))
        self.get_full_path()

    def get_full_path(self) -> str:
        """Where the file lies; FileIsMissing for an address that leaves its folder."""
        is_private = (self.file_url or "").startswith("/private/")
        base = os.path.realpath(get_files_path(is_private=is_private))
        name = (self.file_url or "").removeprefix("/private").removeprefix("/files/")
        full = os.path.realpath(os.path.join(base, name.replace("\0", "")))
        if not full.startswith(base + os.sep):
            self._refuse_missing()
        return full

    def _refuse_missing(self) -> NoReturn:
        frappe.throw(_("File {0} does not exist").format(self.file_url), FileIsMissing)

    def exists_on_disk(self) -> bool:
        return os.path.isfile(self.get_full_path())

    def read_from_disk(self) -> None:
        """Size and hash of a file that is there already."""
        if not self.file_url:
            frappe.throw(_("There is no content and no address for file {0}").format(self.file_name))
        self.is_private = int(self.file_url.startswith("/private/"))
        if not self.exists_on_disk():
            self._refuse_missing()
        with open(self.get_full_path(), "rb") as source:
            content = source.read()
        self.file_size, self.content_hash = len(content), get_content_hash(content)

    def get_content(self, encodings: Any = None) -> bytes | str:
        """Text where the bytes are UTF-8, bytes otherwise; what was given while the file is new."""
        if self.is_folder:
            frappe.throw(_("Cannot get file contents of a Folder"))
        given = self.get("content")
        if given:
            return decode_file_content(given) if self.get("decode") else given
        with open(self.get_full_path(), "rb") as source:
            content = source.read()
        try:
            return content.decode()
        except UnicodeDecodeError:
            return content

    def save_file(
        self,
        content: bytes | str | None = None,
        decode: bool = False,
        ignore_existing_file_check: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Writes the content, or takes the address of a file with the same content."""
        if decode and content:
            content = decode_file_content(content)
            self.content, self.decode = content, False
        data = content.encode() if isinstance(content, str) else content or b""
        self.file_size = self.check_max_file_size(data)
        self.content_hash = get_content_hash(data)
        same = None if ignore_existing_file_check else self._same_file()
        if same:
            self.file_url = same
            return
        self.write_file(data)

    def _same_file(self) -> str | None:
        filters = {"content_hash": self.content_hash, "is_private": cint(self.is_private), "is_folder": 0}
        for url in frappe.get_all("File", filters, pluck="file_url", order_by="creation"):
            known = frappe.get_doc({"doctype": "File", "file_url": url})
            if url and not known.is_remote_file and known.exists_on_disk():
                return str(url)
        return None

    def check_max_file_size(self, content: bytes) -> int:
        limit = get_max_file_size()
        if len(content) > limit:
            message = _("File size exceeded the maximum allowed size of {0} MB").format(limit // 1048576)
            frappe.throw(message, exc=MaxFileSizeReachedError)
        return len(content)

    def write_file(self, content: bytes) -> None:
        """Writes a new file under a free name; a rollback takes it away again."""
        suffix = (self.content_hash or "")[-6:]
        self.file_name = generate_file_name(self.file_name, suffix, bool(cint(self.is_private)))
        self.file_url = ("/private/files/" if cint(self.is_private) else "/files/") + self.file_name
        full = self.get_full_path()
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as target:
            target.write(content)
            os.fsync(target.fileno())
        frappe.db.after_rollback.add(lambda: _remove(full))

    def on_trash(self) -> None:
        if self.is_home_folder or self.is_attachments_folder:
            frappe.throw(_("Cannot delete Home and Attachments folders"))
        if self.is_folder:
            if frappe.db.exists("File", {"folder": self.name}):
                frappe.throw(_("Folder {0} is not empty").format(self.name), FolderNotEmpty)
            return
        self.add_comment_in_reference_doc("Attachment Removed", frappe.utils.escape_html(self.file_name))

    def after_delete(self) -> None:
        if not self.is_folder and self.file_url and not self.is_remote_file:
            frappe.db.after_commit.add(self._delete_file_on_disk)

    def _delete_file_on_disk(self) -> None:
        """Once no other row names the same file."""
        if not frappe.db.exists("File", {"file_url": self.file_url, "name": ["!=", self.name]}):
            _remove(self.get_full_path())

    def add_comment_in_reference_doc(self, comment_type: str, text: str) -> None:
        if not (self.attached_to_doctype and self.attached_to_name):
            return
        try:
            frappe.get_doc(self.attached_to_doctype, self.attached_to_name).add_comment(comment_type, text)
        except frappe.DoesNotExistError:
            frappe.clear_last_message()

    def is_downloadable(self) -> bool:
        return bool(has_permission(self, "read") and (not self.is_private or frappe.session.user != "Guest"))


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
    """Public files for everyone; private ones for the owner and for who may read the document they belong to."""
    user = user or frappe.session.user
    if user == "Administrator" or (not doc.is_private and ptype in ("read", "select")):
        return True
    if not (doc.attached_to_doctype and doc.attached_to_name):
        return user != "Guest" and (ptype == "create" or doc.owner == user)
    if user != "Guest" and doc.owner == user and ptype != "create":
        return True
    kind = "write" if ptype in ("write", "create", "delete") else "read"
    if not frappe.db.exists(doc.attached_to_doctype, doc.attached_to_name):
        return ptype == "create" and bool(frappe.has_permission(doc.attached_to_doctype, kind, user=user))
    return bool(frappe.get_doc(doc.attached_to_doctype, doc.attached_to_name).has_permission(kind, user=user))


def get_permission_query_conditions(user: str | None = None) -> str:
    user = user or frappe.session.user
    if user == "Administrator":
        return ""
    from frappe.permissions import get_doctypes_with_read

    readable = ", ".join(frappe.db.escape(doctype) for doctype in get_doctypes_with_read()) or "''"
    return (
        f"(`tabFile`.`is_private` = 0 or `tabFile`.`owner` = {frappe.db.escape(user)} "
        f"or `tabFile`.`attached_to_doctype` in ({readable}))"
    )


@frappe.whitelist(allow_guest=True)
def download_file(file_url: str) -> None:
    """The file of an address, for whom one of its rows allows it."""
    from frappe.core.doctype.file.utils import find_file_by_url

    found = find_file_by_url(file_url)
    if not found:
        raise frappe.PermissionError
    frappe.local.response.filename = os.path.basename(file_url)
    frappe.local.response.filecontent = found.get_content()
    frappe.local.response.type = "download"
