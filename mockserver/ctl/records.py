"""The records that a running mock exports, from the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import ctl, telling

if TYPE_CHECKING:
    from mockserver.client.control import Control

PLACE = {
    "resource": "Its id; every resource's without it.",
    "account": "Its number; everybody's without it.",
    "kind": "Of rows, where the API exports several.",
    "api": "Where the mock serves several.",
}


def _record_set(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "columns": " ".join(found["columns"])}


def _record_sets(found: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [*map(_record_set, found)]


@ctl.group(invoke_without_command=True)
@click.pass_context
def records(context: click.Context) -> None:
    """List the records that exports are made of, load others, make some up, or forget them."""
    if context.invoked_subcommand is None:
        context.invoke(telling(_record_sets)(lambda control: control.records.all()))


def _placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """With the options that say where records belong."""
    for name, what in PLACE.items():
        command = click.option(f"--{name}", default="", help=what)(command)
    return command


@records.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--append", is_flag=True, help="Besides what is there, not in its place.")
@_placed
@telling(_record_set)
def load(control: Control, file: str, *, append: bool, **place: Any) -> object:
    """Load the rows of FILE: lines of JSON, or a JSON array; also compressed by gzip. All of them, or none."""
    return control.records.load(file, append=append, **place)


@records.command()
@click.argument("count", type=click.IntRange(1))
@click.option("--seed", type=int, default=0, show_default=True, help="The same rows for the same seed and times.")
@click.option("--from", "start", default="", help="The first moment, ISO 8601; an hour before the end.")
@click.option("--to", "end", default="", help="The end, which is not in it; now.")
@_placed
@telling(_record_set)
def generate(control: Control, count: int, *, seed: int, start: str, end: str, **place: Any) -> object:
    """Make up COUNT rows and load them."""
    times = {name: _aware(text) for name, text in (("start", start), ("end", end)) if text}
    return control.records.generate(count, seed=seed, **times, **place)


@records.command()
@_placed
@telling()
def clear(control: Control, **place: Any) -> object:
    """Forget the records of a place, or all."""
    count = control.records.clear(**place)
    return f"forgotten: the records of {count} place{'s' if count != 1 else ''}"


def _aware(text: str) -> Any:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no moment; one reads 2026-01-31T08:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
