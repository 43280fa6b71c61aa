"""The group of all commands that look into a running mock, and how each of them tells what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.ctl.tables import readable
from mockserver.trouble import Trouble
from openapi.manual import Group
from openapi.streams import visible

if TYPE_CHECKING:
    from mockserver.client.control import Control

BROKEN = 1  # exit code: what was asserted does not hold


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
    from mockserver.client.doors import HttpDoor
    from mockserver.tls import CERTIFICATE, default_folder

    authority = (tls_folder or default_folder()) / CERTIFICATE
    try:
        context.obj = (Control(HttpDoor(url.rstrip("/"), control_token, authority=authority)), as_json)
    except ValueError as error:
        raise Trouble(str(error)) from error


def telling(show: Callable[[Any], Any] = lambda said: said) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Call a command with the mock, print what comes back, and turn what a user can do wrong into one line.

    For programs it is printed as JSON, for people what `show` makes of it: rows, members or text. What comes piece
    by piece is printed so, one JSON value on each line.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., None]:
        @wraps(command)
        @click.pass_obj
        def called(found: tuple[Control, bool], /, **options: Any) -> None:
            from mockserver.client.assertion import NotVerified

            control, as_json = found
            try:
                said = command(control, **options)
                if isinstance(said, Iterator):
                    for each in said:
                        click.echo(_json(each, indent=None) if as_json else readable(show(each)))
                elif as_json:
                    click.echo(_json(said))
                elif said is not None:
                    click.echo(readable(show(said)))
            except NotVerified as error:
                click.echo(visible(str(error)), err=True)
                raise click.exceptions.Exit(BROKEN) from error
            except BrokenPipeError:  # is a ConnectionError, and nothing about the mock
                raise
            except (ConnectionError, ValueError) as error:
                raise Trouble(str(error)) from error

        return called

    return decorate


def assignment(text: str, kind: str, example: str) -> tuple[str, Any]:
    """The name and the value of `NAME=VALUE`: a JSON value, or a text. Raises ValueError where it is none."""
    name, is_given, value = text.partition("=")
    if not is_given:
        raise ValueError(f"{text!r} is no {kind}; one reads {example}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def as_text(said: Any) -> str:
    """What is too deep for a table."""
    return _json(said)


def _json(said: Any, indent: int | None = 2) -> str:
    return json.dumps(said, ensure_ascii=False, indent=indent, default=_plain)


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
