"""`contracts baseline`: write down what is broken in a result, as known until a day."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from contracts.commands.options import telling
from openapi.manual import Command

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Command, short_help="Write the broken clauses of a result into a baseline.")
@click.argument("result", metavar="RESULT.json", type=FILE)
@click.option("--reason", metavar="TEXT", required=True, help="Why they are accepted for now.")
@click.option("--owner", metavar="NAME", required=True, help="Who sees to them.")
@click.option("--until", metavar="DATE", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day of it.")
@click.option(
    "--output", metavar="FILE", type=FILE, default="contracts-baseline.yaml", show_default=True, help="The baseline."
)
@telling
def baseline(result: Path, reason: str, owner: str, until: datetime, output: Path) -> None:
    """Add the broken clauses of a result file (`contracts run --report json`) to a baseline.

    What the baseline has already stays as it is; --output ending in .json makes it JSON.
    """
    from contracts.baseline import extend, load_baseline, write

    found = load_baseline(output) if output.exists() else ()
    extended = extend(found, _read(result), reason, owner, until.date())
    write(output, extended)
    added, whole = len(extended) - len(found), len(extended)
    click.echo(f"{output}: {added} finding{'' if added == 1 else 's'} added, {whole} in all, until {until.date()}")


def _read(path: Path) -> dict[str, Any]:
    """The content of a result file. Raises ClickException for anything else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {"clauses": [{"id": str(each["id"]), "verdict": each["verdict"]} for each in content["clauses"]]}
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, LookupError, TypeError) as error:
        raise click.ClickException(f"{path}: is no result file, which `contracts run --report json` writes") from error
