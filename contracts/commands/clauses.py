"""`contracts clauses` and `contracts explain`: what is promised, and who says so."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from contracts.commands.options import SPECS, telling
from openapi.manual import Api, Command

STANDINGS = ("documented", "sdk", "assumed")


@click.command(cls=Command, short_help="List what is promised, and who says so.")
@click.argument("apis", nargs=-1, type=Api(), metavar="[API ...]")
@click.option("--kind", "kinds", metavar="KIND", multiple=True, help="Only of this kind; may be repeated.")
@click.option("--standing", "standings", type=click.Choice(STANDINGS), multiple=True, help="Only those said so.")
@click.option("--operation", "operations", metavar="NAME", multiple=True, help="Only of this operation.")
@click.option("-k", "expression", metavar="EXPR", default="", help="Only clauses whose id matches, as in a run.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--markdown", metavar="DIR", default="", help="Write pages, clauses.md and one per API, into a folder.")
@SPECS
@telling
def clauses(apis: tuple[str, ...], specs: tuple[Path, ...], *, as_json: bool, markdown: str, **only: Any) -> None:
    """List every clause: its id, standing, value, and the words and the page that it is cited from."""
    from contracts.listing import as_entry, as_table
    from contracts.selection import Selection
    from contracts.suite import Suite

    if as_json and markdown:
        raise click.UsageError("--json and --markdown are two forms of the same: give one of them")
    suite = Suite((*apis, *specs))
    _check(only, suite)
    found = Selection(
        kinds=frozenset(only["kinds"]),
        standings=frozenset(only["standings"]),
        operations=frozenset(only["operations"]),
        expression=only["expression"],
    )
    chosen = found.of(suite.clauses)
    if not chosen:
        raise click.ClickException(
            "no clause is all of that; without --kind, --standing, --operation and -k all are listed"
        )
    if markdown:
        from contracts.catalogue import write_pages

        for path in write_pages(Path(markdown), suite.specs, chosen):
            click.echo(path)
    elif as_json:
        click.echo(json.dumps([as_entry(clause) for clause in chosen], ensure_ascii=False, indent=1))
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
        click.echo("\n".join(as_table(chosen, width)))


def _check(only: dict[str, Any], suite: Any) -> None:
    """Raise ClickException for a kind or an operation that there is not."""
    from difflib import get_close_matches

    from openapi.clauses import ClauseKind

    operations = [name for spec in suite.specs.values() for name in spec.operations]
    for option, known in (("kind", [kind.value for kind in ClauseKind]), ("operation", operations)):
        for name in only[f"{option}s"]:
            if name not in known:
                near = get_close_matches(name, known, n=3) or known
                raise click.ClickException(f"--{option}: there is no {option} {name!r}; there are {', '.join(near)}")


@click.command(cls=Command, short_help="Tell all about a clause, an error code or a reading.")
@click.argument("name", metavar="ID")
@SPECS
@telling
def explain(name: str, specs: tuple[Path, ...]) -> None:
    """Tell all there is about a clause, an error code or a reading."""
    from contracts.explanations import explanations, suggestions
    from contracts.suite import Suite

    suite = Suite(specs)
    found = explanations(suite, name)
    if not found:
        near = suggestions(suite, name)
        hint = f"near it: {', '.join(near)}" if near else "`contracts clauses` lists the clauses"
        raise click.ClickException(f"there is no clause, error code or reading {name!r}; {hint}")
    click.echo("\n\n".join(found))
