"""`contracts record`: a run whose exchanges are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from contracts.commands.run import run
from openapi.manual import Command

SHARED_WORK = frozenset({"workers", "shard"})  # options of a run that one cassette cannot be made with


def _record(cassette: Path, **options: Any) -> int:
    assert run.callback is not None
    return int(run.callback(cassette=cassette, workers=0, shard="", **options))


record = Command(
    "record",
    params=[
        *(each for each in run.params if each.name not in SHARED_WORK),
        click.Option(
            ["--cassette"],
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            required=True,
            help="Where the exchanges are kept, in the form of HAR 1.2.",
        ),
    ],
    callback=_record,
    short_help="Judge as `run` does, and keep every exchange in a cassette.",
    help="Judge the clauses as `contracts run` does, and keep every exchange in a cassette, for `contracts replay`.",
)
