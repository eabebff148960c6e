"""`bench --site X med-trace evidence | export-audit | validation-pack`: evidence written to files."""

import os
import sys
from pathlib import Path

import click

import frappe
from frappe.commands import pass_context
from med_trace.console import site_of

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

    with site_of(context):
        content = package_of(lot, language)
        access.exported("Material Lot", lot, "Evidence package (zip)")
        frappe.db.commit()
    path = _where(out or f"evidence-{lot.replace('/', '-')}.zip")
    path.write_bytes(content)
    click.echo(f"{path}: {len(content)} bytes. Verify it with: python3 verify_evidence.py {path}")


@click.command("export-audit")
@click.argument("folder", type=click.Path(file_okay=False))
@pass_context
def export_audit(context, folder):
    """Write the whole audit trail into FOLDER, which must be empty, for the stand-alone verifier."""
    from med_trace.evidence.site_export import export_audit as export
    from med_trace.ledger.audit import access

    with site_of(context):
        counts = export(_where(folder))
        access.exported(None, None, "Whole audit trail")
        frappe.db.commit()
    for name, count in sorted(counts.items()):
        click.echo(f"{count:>9}  {name}")
    click.echo(f"Verify it with: python3 {_where(folder)}/verify_evidence.py {_where(folder)}")


@click.command("validation-pack")
@click.option("--out", type=click.Path(file_okay=False), default=".", help="the folder for the two files")
@click.option(
    "--results",
    type=click.Path(exists=True, dir_okay=False),
    help="what scripts/test wrote: test-results.json",
)
@click.option("--language", type=LANGUAGES, default="en", help="language of the PDF")
@pass_context
def validation_pack(context, out, results, language):
    """Requirement -> tests -> result, and a check of this site, as PDF and JSON; ends with 1 when something is wrong."""
    from med_trace.evidence.validation import pack

    if results and not _where(results).is_file():
        raise click.ClickException(f"{_where(results)} is not there")
    with site_of(context):
        made = pack.validation_pack(_where(results) if results else None)
        line = f"{made['site']}, {made['made_at'][:19].replace('T', ' ')} {made['time_zone']}"
        files = pack.write(made, _where(out), language, line)
        frappe.db.rollback()
    for path in files:
        click.echo(path)
    wrong = pack.problems(made)
    for problem in wrong:
        click.secho(problem, fg="red")
    not_run = sum(row["result"] == "not run" for row in made["requirements"])
    click.echo(
        f"{len(wrong)} problem(s); {not_run} of {len(made['requirements'])} requirements without a test result"
    )
    sys.exit(1 if wrong else 0)


def _where(path):
    """bench runs its commands in sites/; a path is meant from where it was called."""
    return Path(os.environ.get("PWD") or ".", path)


COMMANDS = (evidence, export_audit, validation_pack)
