"""`bench --site X med-trace ...`: the demo plant, a trace, a scope, and the ledger's own check."""

import json
import sys

import click

import frappe
from frappe.commands import get_site, pass_context
from med_trace.evidence.commands import COMMANDS as EVIDENCE_COMMANDS


@click.group("med-trace")
def med_trace():
    """Traceability: demo plant, trace, scope, verification of the ledger."""


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
    from med_trace.domain.errors import TraceError

    with _site(context):
        try:
            load(fixtures, password=password or PASSWORD, force=force, say=click.echo)
        except TraceError as error:
            raise click.ClickException(str(error)) from None
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

    with _site(context):
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

    with _site(context):
        _print(api.scope(_criteria(criteria)))


@med_trace.command("verify")
@pass_context
def verify(context):
    """Check the ledger against itself; prints every finding and exits with 1 when there is one."""
    from med_trace.ledger.verify import findings

    with _site(context):
        found = findings()
    for finding in found:
        click.secho(finding, fg="red")
    if found:
        click.secho(f"{len(found)} finding(s)", fg="red")
        sys.exit(1)
    click.echo("The ledger agrees with itself: triggers, events, lots, units and signatures.")


class _site:
    """A connection to the site that the command was given."""

    def __init__(self, context):
        self.site = get_site(context)

    def __enter__(self):
        frappe.init(site=self.site)
        frappe.connect()

    def __exit__(self, *error):
        frappe.destroy()


def _criteria(given):
    if len(given) == 1 and given[0].lstrip().startswith(("[", "{")):
        return json.loads(given[0])
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
