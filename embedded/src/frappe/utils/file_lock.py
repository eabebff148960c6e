"""Lock files of single documents (Document.lock)."""

import os

import frappe


def create_lock(name: str) -> bool:
    """Makes the lock; False when somebody has it."""
    path = get_lock_path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True


def lock_exists(name: str) -> bool:
    return os.path.exists(get_lock_path(name))


def delete_lock(name: str) -> bool:
    path = get_lock_path(name)
    if os.path.exists(path):
        os.remove(path)
    return True


def get_lock_path(name: str) -> str:
    return frappe.utils.get_site_path("locks", f"{name.lower()}.lock")
