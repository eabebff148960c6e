"""What the commands of bench share: the site they were given, with refusals in words."""

from contextlib import contextmanager

import click

import frappe
from frappe.commands import get_site
from frappe.utils import strip_html
from med_trace.domain.errors import TraceError


@contextmanager
def site_of(context):
    """A connection to the site that the command was given; a refusal is said in words, without a trace."""
    frappe.init(site=get_site(context))
    frappe.connect()
    try:
        yield
    except (TraceError, frappe.ValidationError, frappe.PermissionError) as error:
        raise click.ClickException(strip_html(str(error))) from None
    finally:
        frappe.destroy()
