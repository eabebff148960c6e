"""Log files of the bench and of the site; nothing of a request's secrets goes in."""

import logging
import os
from logging.handlers import RotatingFileHandler
from typing import Any

import frappe

_loggers: dict[str, logging.Logger] = {}


def get_logger(
    module: str | None = None,
    with_more_info: bool = False,
    allow_site: Any = True,
    filter: Any = None,
    max_size: int = 100_000,
    file_count: int = 20,
    stream_only: bool | None = None,
) -> logging.Logger:
    """A logger that writes logs/<module>.log of the bench and of the site."""
    site = getattr(frappe.local, "site", None) if allow_site is True else allow_site or None
    name = f"{module or 'frappe'}-{site or 'all'}"
    if name not in _loggers:
        logger = logging.getLogger(name)
        logger.setLevel(getattr(logging, str(frappe.local.conf.get("logging_level") or "INFO"), logging.INFO))
        logger.propagate = False
        handlers: list[logging.Handler] = (
            [logging.StreamHandler()] if stream_only else _files(module, site, max_size)
        )
        for handler in handlers:
            handler.setFormatter(
                logging.Formatter(f"%(asctime)s %(levelname)s {module or 'frappe'} %(message)s")
            )
            logger.addHandler(handler)
        _loggers[name] = logger
    return _loggers[name]


logger = get_logger


def _files(module: str | None, site: str | None, max_size: int) -> list[logging.Handler]:
    folder = frappe.get_site_path("logs") if site else os.path.join(frappe.utils.get_bench_path(), "logs")
    try:
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, f"{module or 'frappe'}.log")
        return [RotatingFileHandler(path, maxBytes=max_size, backupCount=5, delay=True)]
    except OSError:
        return [logging.NullHandler()]
