"""What requests to a running mock may refer to, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.ctl.group import ctl, telling
from openapi.manual import Api

if TYPE_CHECKING:
    from mockserver.client.control import Control


@ctl.group(invoke_without_command=True)
@click.pass_context
def resources(context: click.Context) -> None:
    """List everything that exists and the condition it is in, make something exist, or not."""
    if context.invoked_subcommand is None:
        context.invoke(telling()(lambda control: control.resources.all()))


@resources.command()
@click.argument("api", type=Api())
@click.argument("kind")
@click.argument("name")
@click.option("--condition", default="", help="In which it is; usable without it.")
@telling()
def put(control: Control, api: str, kind: str, name: str, condition: str) -> object:
    """Make something exist, in a condition."""
    control.resources.put(api, kind, name, condition)
    return f"{kind} {name} of {api} {f'is {condition}' if condition else 'exists'}"


@resources.command()
@click.argument("api", type=Api())
@click.argument("kind")
@click.argument("name")
@telling()
def remove(control: Control, api: str, kind: str, name: str) -> object:
    """Make something not exist."""
    control.resources.remove(api, kind, name)
    return f"{kind} {name} of {api} does not exist"
