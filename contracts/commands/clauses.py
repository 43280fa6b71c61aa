"""`contracts clauses` and `contracts explain`: what is promised, and who says so."""

from __future__ import annotations

import json
from pathlib import Path

import click

from contracts.commands.options import SPECS, telling


@click.command()
@click.argument("apis", nargs=-1, metavar="[API ...]")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@SPECS
@telling
def clauses(apis: tuple[str, ...], specs: tuple[Path, ...], *, as_json: bool) -> None:
    """List every clause, its standing, quote and page."""
    from contracts.listing import as_entry, as_lines
    from contracts.suite import Suite

    found = Suite((*apis, *specs)).clauses
    if as_json:
        click.echo(json.dumps([as_entry(clause) for clause in found], ensure_ascii=False, indent=1))
    else:
        for line in as_lines(found):
            click.echo(line)


@click.command(short_help="Tell all about a clause, an error code or a reading.")
@click.argument("name", metavar="ID")
@SPECS
@telling
def explain(name: str, specs: tuple[Path, ...]) -> None:
    """Tell all there is about a clause, an error code or a reading."""
    from contracts.listing import explanations, suggestions
    from contracts.suite import Suite

    suite = Suite(specs)
    found = explanations(suite, name)
    if not found:
        near = suggestions(suite, name)
        hint = f"near it: {', '.join(near)}" if near else "`contracts clauses` lists the clauses"
        raise click.ClickException(f"there is no clause, error code or reading {name!r}; {hint}")
    click.echo("\n\n".join(found))
