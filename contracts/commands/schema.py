"""`contracts schema`: the forms of the files that the command reads and writes."""

from __future__ import annotations

from pathlib import Path

import click

from openapi.manual import Command

PACKAGE = Path(__file__).parents[1]
SCHEMAS = {
    "result": PACKAGE / "reports/result.schema.json",
    "baseline": PACKAGE / "baseline.schema.json",
    "diff": PACKAGE / "drift/diff.schema.json",
    "profile": PACKAGE / "profiles/profile.schema.json",
}


@click.command(cls=Command, short_help="Print the JSON Schema of a file that is read or written.")
@click.argument("name", type=click.Choice(list(SCHEMAS)))
def schema(name: str) -> None:
    """Print the JSON Schema of a result file, a baseline, the output of `diff --json`, or a profile."""
    click.echo(SCHEMAS[name].read_text(encoding="utf-8"), nl=False)
