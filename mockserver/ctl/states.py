"""The whole state of a running mock, and snapshots to go back to, from the command line."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import as_text, ctl, telling

if TYPE_CHECKING:
    from mockserver.client.control import Control

FILE = click.Path(dir_okay=False, allow_dash=True)
STANDARD = "-"  # in place of a file: standard input or output
PARTS = ("accounts", "tasks", "records")  # of a state, that are told


def _told(state: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(state[name]) for name in PARTS}


def _written(said: Mapping[str, Any]) -> object:
    """A whole state as it is; what of one was told as a table."""
    return as_text(said) if "version" in said else said


@ctl.group()
def state() -> None:
    """Take out all that the mock holds, or put it back, there or into another mock."""


@state.command()
@click.argument("file", type=FILE)
@telling(_written)
def save(control: Control, file: str) -> object:
    """Write all that the mock holds to FILE, as JSON. It holds the secrets of the accounts."""
    if file == STANDARD:
        return control.state.get()
    try:
        return _told(control.state.save(file))
    except ConnectionError:
        raise
    except OSError as error:
        raise ValueError(f"{file}: cannot be written: {error.strerror}") from error


@state.command()
@click.argument("file", type=FILE)
@telling()
def load(control: Control, file: str) -> object:
    """Let the mock hold what FILE says, in place of everything; or nothing of it, where something does not fit."""
    try:
        if file == STANDARD:
            return _told(control.state.take(sys.stdin.buffer.read(), "standard input"))
        return _told(control.state.load(file))
    except ConnectionError:
        raise
    except OSError as error:
        raise ValueError(f"{file}: cannot be read: {error.strerror}") from error


@ctl.group(invoke_without_command=True)
@click.pass_context
def snapshots(context: click.Context) -> None:
    """List the snapshots that the mock keeps, make one, go back to one, or forget it."""
    if context.invoked_subcommand is None:
        context.invoke(telling()(lambda control: control.snapshots.all()))


@snapshots.command("save")
@click.argument("name")
@telling()
def keep(control: Control, name: str) -> object:
    """Keep the present state under NAME, in place of what had it."""
    return control.snapshots.save(name)


@snapshots.command()
@click.argument("name")
@telling()
def rewind(control: Control, name: str) -> object:
    """Go back to the snapshot NAME, which stays."""
    return control.snapshots.rewind(name)


@snapshots.command()
@click.argument("name")
@telling(as_text)
def show(control: Control, name: str) -> object:
    """Print the state that the snapshot NAME holds, as JSON that `ctl state load` takes."""
    return control.snapshots.get(name)


@snapshots.command()
@click.argument("name")
@telling()
def delete(control: Control, name: str) -> object:
    """Forget the snapshot NAME."""
    control.snapshots.delete(name)
    return f"forgotten: {name}"
