"""The tasks of a running mock, from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.group import ctl, telling
from openapi.manual import Api

if TYPE_CHECKING:
    from mockserver.client.control import Control

MOMENTS = ("created", "starts", "ends", "expires", "downloaded", "next")  # of a task, in epoch seconds
COLUMNS = ("id", "api", "account", "operation", "phase", "progress", "created", "ends")
PHASES = ("queued", "running", "succeeded", "failed", "expired")


def _task(found: Any) -> Any:
    """A task with moments that people read; what was done, if it is no task."""
    if not isinstance(found, Mapping):
        return found
    return {name: _moment(value) if name in MOMENTS else value for name, value in found.items()}


def _moment(epoch: float | None) -> str:
    return "" if epoch is None else datetime.fromtimestamp(epoch, UTC).isoformat(timespec="seconds")[:-6] + "Z"


def _rows(found: Any) -> Any:
    """What of each task fits on a line."""
    if not isinstance(found, list):
        return found
    return [{name: task[name] for name in COLUMNS} for task in map(_task, found)]


@ctl.command()
@click.option("--api", default="", type=Api(), help="Only of this API.")
@click.option("--account", default="", help="Its number.")
@click.option("--phase", type=click.Choice(PHASES), help="Only those that are there.")
@click.option("--search", default="", help="What the id, the file or the arguments contain.")
@click.option("--order", type=click.Choice(["oldest", "newest"]), help="Which come first; those of an account as made.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Pass over the first so many.")
@click.option("--limit", type=click.IntRange(1), help="At most so many; all without it.")
@click.option("--delete", is_flag=True, help="Delete those of the API and the account.")
@telling(_rows)
def tasks(control: Control, *, delete: bool, **wanted: Any) -> object:
    """List the tasks of all accounts, or delete them."""
    given = {name: value for name, value in wanted.items() if value}
    if not delete:
        return control.tasks(**given)
    narrower = sorted(given.keys() - {"api", "account"})
    if narrower:
        raise ValueError(f"--delete goes with --api and --account, not with --{narrower[0]}")
    count = control.delete_tasks(**given)
    return f"deleted: {count} task{'s' if count != 1 else ''}"


@ctl.command()
@click.argument("task_id")
@click.option("--phase", type=click.Choice(PHASES), help="Where it is from now on.")
@click.option("--outcome", type=click.Choice(["succeeded", "failed"]), help="How it will end.")
@click.option("--delete", is_flag=True, help="Delete it.")
@telling(_task)
def task(control: Control, task_id: str, *, delete: bool, **changes: str | None) -> object:
    """Show a task, change it, or delete it."""
    given = {name: value for name, value in changes.items() if value is not None}
    if delete and given:
        raise ValueError(f"--delete does not go with --{next(iter(given))}")
    if delete:
        control.delete_task(task_id)
        return "deleted: 1 task"
    return control.change_task(task_id, **given) if given else control.task(task_id)
