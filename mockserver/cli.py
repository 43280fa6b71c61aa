"""The command `mockserver`."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from mockserver import serving
from mockserver.ctl import ctl
from mockserver.hints import BadAddress, places, shell_lines
from mockserver.serving import INTERRUPTED, Ready, Unservable
from mockserver.settings import Settings, clock_of
from openapi.document import SpecError
from openapi.loader import load, names
from openapi.release import release

UNUSABLE = 2  # exit code: usage or environment
DEFAULT_PORT = 4010


class Trouble(click.ClickException):
    """What is wrong, in one line."""

    exit_code = UNUSABLE


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's form
    if wanted:
        click.echo(f"mockserver {release()}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def commands(context: click.Context) -> None:
    """A stand-in for clouds that keeps the promises of their specs."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(UNUSABLE)


def _clock(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        clock_of(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return value


def _readings(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    wrong = next((value for value in values if "/" not in value.partition("=")[0] or not value.partition("=")[2]), None)
    if wrong is not None:
        raise click.BadParameter(f"{wrong!r} is no answer to a reading; one looks like API/READING=ANSWER")
    return {value.partition("=")[0]: value.partition("=")[2] for value in values}


@commands.command(short_help="Serve the chosen APIs, or all, on one port.")
@click.argument("apis", metavar="[API ...]", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0 picks a free one."
)
@click.option(
    "--spec",
    "files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Serve the API that this YAML file describes.",
)
@click.option(
    "--clock", metavar="real|manual|xN", default="real", show_default=True, callback=_clock, help="How time runs."
)
@click.option(
    "--reading",
    "readings",
    metavar="API/READING=ANSWER",
    multiple=True,
    callback=_readings,
    help="Take another answer to a question that the documents leave open.",
)
@click.option(
    "--resources",
    type=click.Choice(["known", "any"]),
    default="known",
    show_default=True,
    help="Which resources exist: those named at the start, or every id.",
)
@click.option("--seed", type=int, help="Make the same ids in the same order.")
@click.option(
    "--control-token",
    default="",
    envvar="MOCKSERVER_CONTROL_TOKEN",
    show_envvar=True,
    help="What the control plane asks for in X-Mock-Token; without it there is none beyond loopback.",
)
@click.option(
    "--no-control", "bare", is_flag=True, help="No control plane: its paths are unknown, as they are to a provider."
)
@click.option("--store", type=click.Choice(["memory"]), expose_value=False, hidden=True)  # the only one so far
@click.option("--workers", type=click.IntRange(1, 1), expose_value=False, hidden=True)  # whom its state does not leave
def serve(apis: tuple[str, ...], files: tuple[Path, ...], host: str, port: int, **options: Any) -> int:
    """Serve the chosen APIs, all of them when none is chosen, on one port."""
    any_resource = options.pop("resources") == "any"
    try:
        with _loading():
            from mockserver.control.access import is_loopback

            control = bool(options["control_token"]) or is_loopback(f"[{host}]" if ":" in host else host)
            settings = Settings(apis=(*apis, *files), any_resource=any_resource, control=control, **options)
            ready = _prepare(settings)
        return serving.serve(host, port, ready, partial(_prepare, settings))
    except SpecError as error:
        raise Trouble(f"{error}{_suggestion(apis)}") from error
    except Unservable as error:
        raise Trouble(str(error)) from error


@commands.command(short_help="Print the settings of an API's official clients.")
@click.argument("api")
@click.option("--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True, help="Of a local mock.")
@click.option("--url", default="", help="Address of the mock, when it is elsewhere.")
def env(api: str, port: int, url: str) -> None:
    """Print shell lines that point the official clients of an API at the mock, for `eval`."""
    try:
        lines = [*shell_lines(load(api).clients, places(url or f"http://127.0.0.1:{port}"))]
    except SpecError as error:
        raise Trouble(f"{error}{_suggestion([api])}") from error
    except BadAddress as error:
        raise Trouble(str(error)) from error
    click.echo("\n".join(lines))


commands.add_command(ctl)


@contextmanager
def _loading() -> Iterator[None]:
    """While what stays for good is loaded, and afterwards, no time is spent on looking for garbage in it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _prepare(settings: Settings) -> Ready:
    from mockserver.app import build
    from mockserver.greeting import announce

    app = build(settings)
    return Ready(app, partial(announce, app.extensions["mock"]))


def _suggestion(apis: Iterable[str]) -> str:
    near = [match for api in apis if api not in names() for match in get_close_matches(api, names(), n=1)]
    return f"; did you mean {', '.join(near)}?" if near else ""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command, by default that of the process, and exit: 0 clean, 2 usage or environment, 130 interrupted."""
    try:
        code = commands.main(arguments, prog_name="mockserver", standalone_mode=False)
    except click.ClickException as error:
        click.echo(f"mockserver: {error.format_message()}", err=True)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        code = _drop_output()  # whoever read it has gone
    except OSError as error:
        click.echo(f"mockserver: {error.strerror or error}", err=True)
        code = _drop_output()
    sys.exit(code if isinstance(code, int) else 0)


def _drop_output() -> int:
    """Send nowhere what could not be written, so that the end of the process does not try again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNUSABLE
