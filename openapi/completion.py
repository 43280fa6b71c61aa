"""How does a shell complete a program?"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from openapi.manual import Command

SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command, short_help="Print what makes a shell complete this program.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print lines that make a shell complete commands, options, names of APIs and files."""
    root = context.find_root()
    program = str(root.info_name)
    found = get_completion_class(shell)
    assert found is not None, shell
    variable = f"_{program}_COMPLETE".replace("-", "_").upper()
    click.echo(found(root.command, {}, program, variable).source())
