"""`bench --site X med-trace ...`: the demo plant, a trace, a scope; the audit trail's seals, keys and check."""

import json
import sys

import click

import frappe
from frappe.commands import pass_context
from med_trace.console import site_of
from med_trace.evidence.commands import COMMANDS as EVIDENCE_COMMANDS


@click.group("med-trace")
def med_trace():
    """Traceability: demo plant, trace, scope; verification, seals and keys of the audit trail."""


@med_trace.command("demo")
@click.option(
    "--fixtures", type=click.Path(exists=True, file_okay=False), help="folder with the demo's files"
)
@click.option("--password", default=None, help="password of the demo users")
@click.option("--force", is_flag=True, help="add the demo to a site with records of its own")
@pass_context
def demo(context, fixtures, password, force):
    """Load the demo plant and its stories; what is there already is left alone."""
    from med_trace.demo import load, show_users
    from med_trace.demo.users import PASSWORD

    with site_of(context):
        load(fixtures, password=password or PASSWORD, force=force, say=click.echo)
        frappe.db.commit()
        show_users(password or PASSWORD, click.echo)


@med_trace.command("trace")
@click.argument("lot")
@click.option("--direction", type=click.Choice(["forward", "backward", "both"]), default="both")
@click.option("--depth", type=int, default=None, help="generations to follow; all when not given")
@pass_context
def trace(context, lot, direction, depth):
    """What went into LOT and where it went, as JSON."""
    from med_trace.api import trace as api

    with site_of(context):
        ways = ("backward", "forward") if direction == "both" else (direction,)
        _print({way: getattr(api, way)(lot, depth=depth) for way in ways})


@med_trace.command("scope")
@click.argument("criteria", nargs=-1, required=True)
@pass_context
def scope(context, criteria):
    """The recall scope of CRITERIA as JSON: KIND=VALUE ... or one JSON list as med_trace.api.recall.scope takes it.

    KIND is one of Lot, Supplier Lot, Heat Number, Supplier, Item, Serial, Equipment, Tool, Cavity, Operator.
    """
    from med_trace.api import recall as api

    with site_of(context):
        _print(api.scope(_criteria(criteria)))


@med_trace.command("verify")
@pass_context
def verify(context):
    """Check ledger and audit trail; prints every finding with its place and exits with 1 when there is one."""
    from med_trace.ledger import verify as ledger
    from med_trace.ledger.audit import verify as audit

    with site_of(context):
        found = [*(str(finding) for finding in audit.findings()), *ledger.findings()]
        audit.remember(found)
    for finding in found:
        click.secho(finding, fg="red")
    if found:
        click.secho(f"{len(found)} finding(s)", fg="red")
        sys.exit(1)
    click.echo("The ledger agrees with itself: triggers, events, lots, units and signatures.")
    click.echo("The audit trail is whole: keys, seals, entries, and the records that they speak of.")


@med_trace.command("seal")
@pass_context
def seal(context):
    """Seal what waits in the audit trail, now."""
    from med_trace.ledger.audit import anchors, sealing

    with site_of(context):
        made = sealing.seal_now()
        frappe.db.commit()
        anchors.anchor_last_seal()
        last = sealing.last_seal()
    click.echo(f"{len(made)} seal(s) made; the last is number {last.number if last else 0}.")


@med_trace.command("rotate-key")
@click.option("--lost", default="", help="the key before is lost: why. It cannot sign for the new one")
@pass_context
def rotate_key(context, lost):
    """Replace the key that seals the audit trail."""
    from med_trace.ledger.audit import keys, sealing

    with site_of(context):
        if not lost:
            sealing.seal_now()
            frappe.db.commit()
        key_id = keys.rotate(lost)
        frappe.db.commit()
        sealing.seal_now()
        frappe.db.commit()
    click.echo(f"The audit trail is sealed with key {key_id} from now on.")


@med_trace.command("restored")
@click.option("--reason", required=True, help="why an older backup was restored")
@pass_context
def restored(context, reason):
    """Tell the audit trail that an older backup was restored; it goes on from there."""
    from med_trace.ledger.audit import restore, sealing

    with site_of(context):
        restore.restored(reason)
        sealing.seal_now()
        frappe.db.commit()
    click.echo("Written down. Check with: med-trace verify")


def _criteria(given):
    if len(given) == 1 and given[0].lstrip().startswith(("[", "{")):
        try:
            return json.loads(given[0])
        except ValueError as error:
            raise click.BadParameter(f"not valid JSON: {error}") from None
    pairs = [one.partition("=") for one in given]
    wrong = [one for one, (_, sign, value) in zip(given, pairs, strict=True) if not sign or not value]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is not KIND=VALUE")
    return [{"criterion": kind.strip(), "value": value.strip()} for kind, _, value in pairs]


def _print(answer):
    click.echo(json.dumps(answer, indent=1, default=str, ensure_ascii=False))


for evidence_command in EVIDENCE_COMMANDS:
    med_trace.add_command(evidence_command)

commands = [med_trace]
