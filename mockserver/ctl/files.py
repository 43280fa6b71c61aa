"""The file of a task of a running mock, from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver import drafts
from mockserver.ctl.group import ctl, telling

if TYPE_CHECKING:
    from mockserver.client.control import Control

STDOUT = "-"


@ctl.command()
@click.argument("task_id")
@click.argument("to", type=click.Path(dir_okay=False, allow_dash=True))
@telling()
def file(control: Control, task_id: str, to: str) -> object:
    """Save the file of a task, which no account is charged for."""
    pieces = control.file(task_id)
    start = next(pieces, b"")  # so that a task without a file leaves the one that is there alone
    if to == STDOUT:
        for piece in chain([start], pieces):
            click.echo(piece, nl=False)
        return None
    return f"{to}: {_save(chain([start], pieces), Path(to))} bytes"


def _save(pieces: Iterator[bytes], path: Path) -> int:
    """How many bytes there were. Raises ValueError where it cannot be written; the file is as it was then."""
    try:
        return drafts.write(path, pieces)
    except ConnectionError:
        raise
    except OSError as error:
        raise ValueError(f"{path}: cannot be written: {error.strerror}") from error
