"""`bench --site X med-trace evidence | export-audit | validation-pack`: evidence written to files."""

from contextlib import contextmanager
from pathlib import Path

import click

import frappe
from frappe.commands import get_site, pass_context

LANGUAGES = click.Choice(["en", "zh"])


@click.command("evidence")
@click.argument("lot")
@click.option("--out", type=click.Path(dir_okay=False), help="the file; evidence-LOT.zip here when not given")
@click.option("--language", type=LANGUAGES, default="en", help="language of the PDF")
@pass_context
def evidence(context, lot, out, language):
    """Write the evidence package of LOT: a zip that verifies anywhere, offline."""
    from med_trace.evidence.package import package_of
    from med_trace.ledger.audit import access

    with _site(context):
        content = package_of(lot, language)
        access.exported("Material Lot", lot, "Evidence package (zip)")
        frappe.db.commit()
    path = Path(out or f"evidence-{lot.replace('/', '-')}.zip")
    path.write_bytes(content)
    click.echo(f"{path}: {len(content)} bytes. Verify it with: python3 verify_evidence.py {path}")


@click.command("export-audit")
@click.argument("folder", type=click.Path(file_okay=False))
@pass_context
def export_audit(context, folder):
    """Write the whole audit trail into FOLDER, which must be empty, for the stand-alone verifier."""
    from med_trace.evidence.site_export import export_audit as export
    from med_trace.ledger.audit import access

    with _site(context):
        counts = export(folder)
        access.exported(None, None, "Whole audit trail")
        frappe.db.commit()
    for name, count in sorted(counts.items()):
        click.echo(f"{count:>9}  {name}")
    click.echo(f"Verify it with: python3 {folder}/verify_evidence.py {folder}")


@contextmanager
def _site(context):
    """A connection to the site that the command was given; a refusal is said in words."""
    from med_trace.domain.errors import TraceError

    frappe.init(site=get_site(context))
    frappe.connect()
    try:
        yield
    except TraceError as error:
        raise click.ClickException(str(error)) from None
    finally:
        frappe.destroy()


COMMANDS = (evidence, export_audit)
