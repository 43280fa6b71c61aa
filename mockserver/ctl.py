"""`mockserver ctl`: a running mock, looked into and moved from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.faulty import tell_faults
from mockserver.tables import readable, row_of
from mockserver.trouble import Trouble
from openapi.manual import Api, Group

if TYPE_CHECKING:
    from mockserver.client.control import Control

MOVES = ("freeze", "advance", "set", "scale", "next", "reset")
PLACE = {
    "resource": "Its id; every resource's without it.",
    "account": "Its number; everybody's without it.",
    "kind": "Of rows, where the API exports several.",
    "api": "Where the mock serves several.",
}
AMOUNTS = {"advance": "SECONDS", "set": "TIME", "scale": "FACTOR"}


@click.group(cls=Group, short_help="Look into a running mock, and move it.")
@click.option(
    "--url",
    default="http://127.0.0.1:4010",
    show_default=True,
    envvar="MOCKSERVER_URL",
    show_envvar=True,
    help="Of the mock.",
)
@click.option(
    "--control-token",
    default="",
    envvar="MOCKSERVER_CONTROL_TOKEN",
    show_envvar=True,
    help="What it asks for, if it does.",
)
@click.option(
    "--tls-folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MOCKSERVER_TLS_FOLDER",
    show_envvar=True,
    help="Where the authority of a mock behind TLS is kept; without it, in the folder of your settings.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def ctl(context: click.Context, url: str, control_token: str, tls_folder: Path | None, *, as_json: bool) -> None:
    """Look into a running mock, and move it."""
    from mockserver.client.control import Control
    from mockserver.client.doors import HttpDoor, trusting
    from mockserver.tls import CERTIFICATE, default_folder

    authority = (tls_folder or default_folder()) / CERTIFICATE
    session = {"session": trusting(authority)} if url.startswith("https:") and authority.is_file() else {}
    context.obj = (Control(HttpDoor(url.rstrip("/"), control_token, **session)), as_json)


def _telling(command: Callable[..., Any]) -> Callable[..., None]:
    """Call with the mock, print what comes back, and turn what a user can do wrong into one line."""

    @wraps(command)
    @click.pass_obj
    def called(found: tuple[Control, bool], /, **options: Any) -> None:
        from mockserver.client.doors import Refused

        control, as_json = found
        try:
            said = command(control, **options)
        except (Refused, ConnectionError, ValueError) as error:
            raise Trouble(str(error)) from error
        if as_json:
            click.echo(json.dumps(said, ensure_ascii=False, indent=2, default=str))
        elif said is not None:
            click.echo(readable(said))

    return called


@ctl.command()
@click.option("--wait", type=click.FloatRange(0, 600), default=0, help="Seconds to give a mock that is starting.")
@_telling
def health(control: Control, wait: float) -> object:
    """Tell whether the mock runs, and what it serves; the exit code is 2 when it does not. Needs no token."""
    return control.health(wait)


@ctl.command()
@click.argument("move", type=click.Choice(MOVES), required=False)
@click.argument("amount", required=False)
@click.option("--account", default="", help="The clock of one account (its number) beside the server's.")
@_telling
def clock(control: Control, move: str | None, amount: str | None, account: str) -> object:
    """Tell the time, or move it: freeze, advance SECONDS, set TIME, scale FACTOR, next, reset.

    TIME is ISO 8601 with a zone, or epoch seconds.
    """
    chosen = control.clock.of(account)
    if move is None:
        return chosen.now()
    if (amount is None) == (move in AMOUNTS):
        wanted = f" {AMOUNTS[move]}" if move in AMOUNTS else ""
        raise ValueError(f"it reads: mockserver ctl clock {move}{wanted}")
    mover = getattr(chosen, move)
    return mover() if amount is None else mover(_amount(amount))


@ctl.command()
@click.option("--api", default="", type=Api(), help="Only of this API.")
@click.option("--account", default="", help="Its number.")
@_telling
def tasks(control: Control, **wanted: str) -> object:
    """List the tasks of all accounts."""
    return control.tasks(**wanted)


@ctl.command()
@click.argument("task_id")
@click.option("--phase", help="Where it is from now on: queued, running, succeeded, failed, expired.")
@click.option("--outcome", help="How it will end: succeeded, failed.")
@_telling
def task(control: Control, task_id: str, **changes: str | None) -> object:
    """Show a task, or change it."""
    given = {name: value for name, value in changes.items() if value is not None}
    return control.change_task(task_id, **given) if given else control.task(task_id)


@ctl.command()
@click.argument("api", required=False, type=Api())
@click.argument("what", required=False, metavar="[CODE|EFFECT]")
@click.argument("members", nargs=-1, metavar="[MEMBER=VALUE ...]")
@click.option("--operation", help="Of which calls are struck; any without it.")
@click.option("--action", help="What the operations do whose calls are struck: create, list, download …")
@click.option("--account", help="Whose calls are struck (its number); everybody's without it.")
@click.option("--times", type=click.IntRange(1), help="At most so many calls; without it one, or all that are chosen.")
@click.option("--every", type=click.IntRange(1), help="Each so-manieth call.")
@click.option("--after", type=click.IntRange(0), help="None of the first so many calls.")
@click.option("--probability", type=click.FloatRange(0, 1), help="Of a call to be struck.")
@click.option("--seed", type=click.IntRange(0), help="Of all that is left to chance.")
@click.option("--use", metavar="SET", help="Set the faults of a ready-made set, for API or for all.")
@click.option("--remove", metavar="ID", help="Take one back.")
@click.option("--clear", is_flag=True, help="Let all calls through again.")
@click.option("--sets", is_flag=True, help="List the ready-made sets.")
@click.option("--effects", is_flag=True, help="List what can go wrong, and what it takes.")
@_telling
def faults(control: Control, /, **given: Any) -> object:
    """List the faults that are set, or set one: an error code of API, or an effect, for its next call."""
    return tell_faults(control.faults, given)


@ctl.command()
@click.option("--open", "opens", is_flag=True, help="Make a new one, of which nobody else knows.")
@_telling
def accounts(control: Control, *, opens: bool) -> object:
    """List the accounts with their credentials, or open another one."""
    from dataclasses import asdict

    return asdict(control.accounts.open()) if opens else [asdict(each) for each in control.accounts.all()]


@ctl.command()
@_telling
def resources(control: Control) -> object:
    """List everything that exists, and the condition it is in."""
    return control.resources.all()


@ctl.group(invoke_without_command=True)
@click.pass_context
def records(context: click.Context) -> None:
    """List the records that exports are made of, load others, make some up, or forget them."""
    if context.invoked_subcommand is None:
        context.invoke(_telling(lambda control: [_record_set(each) for each in control.records.all()]))


def _placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """With the options that say where records belong."""
    for name, what in PLACE.items():
        command = click.option(f"--{name}", default="", help=what)(command)
    return command


@records.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--append", is_flag=True, help="Besides what is there, not in its place.")
@_placed
@_telling
def load(control: Control, file: str, *, append: bool, **place: Any) -> object:
    """Load the rows of FILE: lines of JSON, or a JSON array; also compressed by gzip. All of them, or none."""
    return _record_set(control.records.load(file, append=append, **place))


@records.command()
@click.argument("count", type=click.IntRange(1))
@click.option("--seed", type=int, default=0, show_default=True, help="The same rows for the same seed and times.")
@click.option("--from", "start", default="", help="The first moment, ISO 8601; an hour before the end.")
@click.option("--to", "end", default="", help="The end, which is not in it; now.")
@_placed
@_telling
def generate(control: Control, count: int, *, seed: int, start: str, end: str, **place: Any) -> object:
    """Make up COUNT rows and load them."""
    times = {name: _aware(text) for name, text in (("start", start), ("end", end)) if text}
    return _record_set(control.records.generate(count, seed=seed, **times, **place))


@records.command()
@_placed
@_telling
def clear(control: Control, **place: Any) -> object:
    """Forget the records of a place, or all."""
    count = control.records.clear(**place)
    return f"forgotten: the records of {count} place{'s' if count != 1 else ''}"


@ctl.command()
@click.option("--api", default="", type=Api(), help="Only of this API.")
@click.option("--operation", default="", help="Only of this operation.")
@click.option("--account", default="", help="Its number.")
@click.option("--code", default="", help="The provider's error code.")
@click.option("--status", type=click.IntRange(0, 999), default=0, help="HTTP's, of the answer.")
@click.option("--path", default="", help="A pattern as shells have them: '/v1/*'.")
@click.option("--fault", default="", help="The same, of the fault that showed: '*' is any.")
@click.option("--since", type=click.IntRange(0), default=0, help="Only those with a greater number.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The newest so many.")
@_telling
def requests(control: Control, **wanted: Any) -> object:
    """List what clients sent, how it was answered, and why a signature did not match."""
    return [row_of(each) for each in control.requests(**wanted)]


@ctl.command()
@click.option("--account", default="", help="Its number; without it, whoever called.")
@_telling
def report(control: Control, account: str) -> object:
    """Tell how well a client behaves, habit by habit."""
    return control.client_report(account)


@ctl.command()
@_telling
def reset(control: Control) -> object:
    """Forget every task, limit, fault and request; the clock stays."""
    control.reset()
    return "everything is forgotten but the time"


def _record_set(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "columns": " ".join(found["columns"])}


def _aware(text: str) -> Any:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no moment; one reads 2026-01-31T08:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _amount(text: str) -> Any:
    """A number, or a moment. Raises ValueError."""
    from datetime import datetime

    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither a number nor a moment; one reads 2026-01-31T08:00:00Z") from None
