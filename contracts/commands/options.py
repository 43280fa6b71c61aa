"""What the commands share: exit codes, options, and how a user is told what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from contracts.target import PATIENCE
from openapi.addresses import without_passwords
from openapi.amounts import Amount

CLEAN, FINDINGS, UNUSABLE, DRIFT, INTERRUPTED = 0, 1, 2, 3, 130


def complain(message: str, code: int) -> int:
    """Say what is wrong, and give the exit code back."""
    click.echo(f"contracts: {without_passwords(message)}", err=True)
    return code


def telling(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a user can do wrong into one clear line and exit code 2, a stop that was asked for into its own."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        from contracts.profiles import ProfileError
        from contracts.safety.journal import JournalError
        from contracts.safety.stops import Stopped
        from contracts.target import Unavailable, Unreachable
        from openapi.document import SpecError

        try:
            return command(*arguments, **options)
        except Stopped as error:
            return complain(str(error), INTERRUPTED)
        except (SpecError, ProfileError, JournalError, Unavailable, Unreachable, ValueError) as error:
            raise click.ClickException(str(error)) from error

    return guarded


def effort(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how much a run generates, and how long it waits; a plan takes them as a run does."""
    seed = click.option("--seed", metavar="N", type=int, default=0, help="Of generated requests.", show_default=True)
    most = click.option(
        "--max-examples",
        metavar="N",
        type=click.IntRange(1),
        default=25,
        help="Generated per operation.",
        show_default=True,
    )
    patience = click.option(
        "--wait-up-to",
        "patience",
        metavar="SECONDS",
        type=Amount(0),
        default=PATIENCE,
        help="That a clause of a real endpoint may wait in all.",
        show_default=True,
    )
    return seed(most(patience(command)))


SPECS = click.option(
    "--spec",
    "specs",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A spec of your own; may be repeated.",
)
