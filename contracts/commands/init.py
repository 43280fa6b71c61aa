"""`contracts init`: a first profile of an API, to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from contracts.commands.options import SPECS, telling
from openapi.manual import Api, Command


@click.command(cls=Command, short_help="Write a profile of a real endpoint, to be filled in.")
@click.argument("api", required=False, default="", type=Api())
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where it is written; `-` prints it.  [default: API.profile.yaml]",
)
@click.option("--region", metavar="NAME", default="", help="The region whose address is taken.")
@click.option("--force", is_flag=True, help="Even over a file that exists.")
@SPECS
@telling
def init(api: str, output: Path | None, region: str, *, force: bool, specs: tuple[Path, ...]) -> None:
    """Write a commented profile of an API: every account, resource and permission that it may name, and what for.

    As it is written, a run with it reads and changes nothing.
    """
    from contracts.profiles.template import template
    from openapi.loader import load_all

    name = api or (specs[0].stem if len(specs) == 1 else "")
    if not name:
        raise click.UsageError("name the API: `contracts init API`")
    spec = next(iter(load_all([each for each in specs if each.stem == name] or [name]).values()))
    text, path = template(spec, region), output or Path(f"{name}.profile.yaml")
    if str(path) == "-":
        click.echo(text, nl=False)
        return
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(f"{path} exists; --force writes over it") from None
    click.echo(f"{path} is written; name resources that exist in it, then: contracts plan --profile {path}")
