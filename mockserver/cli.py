"""The command `mockserver`."""

from __future__ import annotations

import gc
import json
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click

from mockserver import serving
from mockserver.clock import SystemClock
from mockserver.configuration.options import SERVE, document_of, with_settings
from mockserver.configuration.resolution import Configuration, of_command
from mockserver.configuration.source import parameters_of
from mockserver.ctl import ctl
from mockserver.env import env
from mockserver.serving import INTERRUPTED, Ready, Unservable, called
from mockserver.settings import Unprovidable
from mockserver.stores.address import MEMORY
from mockserver.tls import TlsError, authority_file, identity
from mockserver.trouble import UNUSABLE, Trouble
from openapi.addresses import without_passwords
from openapi.completion import completion
from openapi.document import SpecError
from openapi.ending import end
from openapi.manual import Group
from openapi.release import release
from openapi.streams import Unread, drop_output, joined, open_closed, reason_of


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's form
    if wanted:
        click.echo(f"mockserver {release()}")
        context.exit()


def _schema(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's form
    if wanted:
        from mockserver.configuration.schema import schema_of

        click.echo(json.dumps(schema_of(parameters_of(SERVE)), indent=2))
        context.exit()


@click.group(
    cls=Group,
    manual=Path(__file__).with_name("manual.yaml"),
    invoke_without_command=True,
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def commands(context: click.Context) -> None:
    """A stand-in for clouds that keeps the promises of their specs."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(UNUSABLE)


@commands.command(short_help="Serve the chosen APIs, or all, on one port.")
@with_settings
@click.pass_context
def serve(context: click.Context, /, **options: Any) -> int:
    """Serve the chosen APIs, all of them when none is chosen, on one port."""
    with _explaining(context), _loading():
        configuration = of_command(context, options)
        _check_workers(options["workers"], options["store"])
        ready = _prepare(configuration)
    host, port, workers = options["host"], options["port"], options["workers"]
    try:
        if configuration.settings.tls is None:
            return serving.serve(host, port, ready, workers=workers)
        with identity(configuration.settings.tls, called(host), SystemClock().now()) as shown:
            return serving.serve(host, port, ready, shown, workers)
    except (Unservable, TlsError) as error:
        raise Trouble(str(error)) from error


@commands.command(short_help="Show each setting of `serve`, and where it comes from.")
@with_settings
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_schema,
    help="Print the JSON Schema of a config file.",
)
@click.option("--changed", is_flag=True, help="Only what is not as it comes.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def config(context: click.Context, /, *, changed: bool, as_json: bool, **options: Any) -> None:
    """Show each setting that `serve` would have, its value and where that comes from.

    Flags win over the environment, that over the config file, that over the defaults. Secrets are not shown.
    """
    from mockserver.configuration.listing import lines, table
    from mockserver.configuration.source import DEFAULT

    with _explaining(context), _loading():
        _prepare(of_command(context, options | {"store": MEMORY}))  # to look makes no file, and asks no server
    found = [each for each in lines(context, document_of(context)) if not changed or each.origin != DEFAULT]
    click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2) if as_json else table(found))


commands.add_command(ctl)
commands.add_command(completion)
commands.add_command(env)


@contextmanager
def _explaining(context: click.Context) -> Iterator[None]:
    """Turn what a user got wrong into one line, with its place in the config file if it stands there."""
    document = document_of(context)
    try:
        yield
    except Unprovidable as error:
        stands = document is not None and document.says(error.steps)
        raise Trouble(str(document.wrong(error.steps, error.message) if document and stands else error)) from error
    except SpecError as error:
        from openapi.loader import suggestion

        place = document.blamed(str(error), ("readings", "apis")) if document else ""
        raise Trouble(f"{place}{error}{suggestion(context.params['apis'])}") from error


@contextmanager
def _loading() -> Iterator[None]:
    """While what stays for good is loaded, and afterwards, no time is spent on looking for garbage in it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _check_workers(number: int, store: str) -> None:
    if number > 1 and store == MEMORY:
        stores = "--store sqlite:///FILE, or --store postgresql://USER@HOST/DATABASE"
        raise Trouble(f"{number} workers need a store that they can share: {stores}")
    if number > 1 and not hasattr(os, "fork"):
        raise Trouble("this system has one process serve: leave out --workers, or start several servers with one store")


def _prepare(configuration: Configuration) -> Ready:
    from mockserver.app import build
    from mockserver.configuration.reload import Reload, watch
    from mockserver.logs import Rarely, log_of

    settings, document = configuration.settings, configuration.document
    tls = settings.tls
    app, log = build(settings), log_of(settings.log_format)
    controls = app.extensions["mock"]
    reload = Reload(document, configuration.pinned, controls, log.note, configuration.additions) if document else None

    def announce(url: str) -> None:
        trusted = str((tls and authority_file(tls)) or "")
        log.start(controls, url, str(document.path) if document else "", trusted)

    def begin(is_first: bool) -> None:  # noqa: FBT001 - as Ready has it
        log.follow(controls)
        controls.engine.worry = Rarely(log.note)
        if reload and is_first:
            watch(reload)

    close = controls.engine.store.close  # which makes one whole file of what SQLite has
    return Ready(app.extensions["gateway"], announce, controls.end, begin, log.note, close)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command, by default that of the process, and exit: 0 clean, 2 usage or environment, 130 interrupted."""
    open_closed()
    end(code_of(lambda: commands.main(arguments, prog_name="mockserver", standalone_mode=False)))


def code_of(command: Callable[[], object]) -> int:
    """The exit code of a command, once what there is to complain of was told."""
    try:
        code = command()
    except click.ClickException as error:
        click.echo(f"mockserver: {without_passwords(joined(error.format_message()))}", err=True)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except Unread:
        drop_output()
        code = UNUSABLE
    except OSError as error:
        click.echo(f"mockserver: {reason_of(error)}", err=True)
        drop_output()
        code = UNUSABLE
    except Exception:  # noqa: BLE001 - whatever it is, it is a mistake of ours, and no broken promise
        traceback.print_exc()
        click.echo("mockserver: this is a mistake of mockserver itself", err=True)
        code = UNUSABLE
    return code if isinstance(code, int) else 0
