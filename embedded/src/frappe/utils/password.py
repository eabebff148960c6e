"""Passwords in `__Auth`: hashes of users' passwords, encrypted values of Password fields."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from passlib.context import CryptContext

import frappe
from frappe import _

LOGIN_FAILED = (
    "login_failed:"  # before the name of a user or an address, the key of his failures in the cache
)
passlibctx = CryptContext(schemes=["pbkdf2_sha256", "argon2"])


def check_password(
    user: str, pwd: str, doctype: str = "User", fieldname: str = "password", delete_tracker_cache: bool = True
) -> str:
    """The user's name as stored, when the password is his; raises AuthenticationError otherwise."""
    rows = frappe.db.sql(
        "select `name`, `password` from `__Auth` "
        "where `doctype`=%s and `name`=%s and `fieldname`=%s and `encrypted`=0",
        (doctype, user, fieldname),
        as_dict=True,
    )
    if not rows:
        passlibctx.dummy_verify()  # an unknown user takes as long as a wrong password
    if not rows or not passlibctx.verify(pwd or "", rows[0].password):
        raise frappe.AuthenticationError(_("Incorrect User or Password"))
    name: str = rows[0].name
    if delete_tracker_cache:
        delete_login_failed_cache(name)
    if passlibctx.needs_update(rows[0].password):
        update_password(name, pwd, doctype, fieldname)
    return name


def delete_login_failed_cache(user: str) -> None:
    frappe.cache.delete_value(LOGIN_FAILED + user)


def update_password(
    user: str, pwd: str, doctype: str = "User", fieldname: str = "password", logout_all_sessions: bool = False
) -> None:
    """Stores the hash of a user's password."""
    _store(doctype, user, fieldname, passlibctx.hash(pwd), encrypted=0)
    if logout_all_sessions:
        from frappe.sessions import clear_sessions

        clear_sessions(user=user, keep_current=True, force=True)


def set_encrypted_password(doctype: str, name: str, pwd: str, fieldname: str = "password") -> None:
    _store(doctype, name, fieldname, encrypt(pwd), encrypted=1)


def _store(doctype: str, name: str, fieldname: str, value: str, encrypted: int) -> None:
    key = (doctype, name, fieldname)
    frappe.db.sql("delete from `__Auth` where `doctype`=%s and `name`=%s and `fieldname`=%s", key)
    frappe.db.sql(
        "insert into `__Auth` (`doctype`, `name`, `fieldname`, `password`, `encrypted`) values (%s, %s, %s, %s, %s)",
        (*key, value, encrypted),
    )


def get_decrypted_password(
    doctype: str, name: str, fieldname: str = "password", raise_exception: bool = True
) -> str | None:
    rows = frappe.db.sql(
        "select `password` from `__Auth` where `doctype`=%s and `name`=%s and `fieldname`=%s and `encrypted`=1",
        (doctype, name, fieldname),
    )
    if rows and rows[0][0]:
        return decrypt(rows[0][0], key=f"{doctype}.{name}.{fieldname}")
    if raise_exception:
        message = _("Password not found for {0} {1} {2}").format(doctype, name, fieldname)
        frappe.throw(message, frappe.AuthenticationError)
    return None


def remove_encrypted_password(doctype: str, name: str, fieldname: str = "password") -> None:
    frappe.db.sql(
        "delete from `__Auth` where `doctype`=%s and `name`=%s and `fieldname`=%s", (doctype, name, fieldname)
    )


def delete_all_passwords_for(doctype: str, name: str) -> None:
    frappe.db.sql("delete from `__Auth` where `doctype`=%s and `name`=%s", (doctype, name))


def rename_password(doctype: str, old_name: str, new_name: str) -> None:
    frappe.db.sql(
        "update `__Auth` set `name`=%s where `doctype`=%s and `name`=%s", (new_name, doctype, old_name)
    )


def encrypt(txt: Any, encryption_key: str | None = None) -> str:
    return _cipher(encryption_key).encrypt(frappe.safe_encode(txt)).decode()


def decrypt(txt: Any, encryption_key: str | None = None, key: str | None = None) -> str:
    try:
        return _cipher(encryption_key).decrypt(frappe.safe_encode(txt)).decode()
    except InvalidToken:
        text = _("Encryption key is invalid! Please check site_config.json")
        frappe.throw(f"{key}: {text}" if key else text)


def _cipher(encryption_key: str | None) -> Fernet:
    return Fernet(frappe.safe_encode(encryption_key or get_encryption_key()))


def get_encryption_key() -> str:
    """The site's key; made and kept in site_config.json when there is none yet."""
    if "encryption_key" not in frappe.local.conf:
        from frappe.installer import update_site_config

        update_site_config("encryption_key", Fernet.generate_key().decode())
    return str(frappe.local.conf["encryption_key"])
