"""The command `contracts`: run the suite, list the clauses, explain one of them."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from contracts.commands.baseline import baseline
from contracts.commands.clauses import clauses, explain
from contracts.commands.cleanup import cleanup
from contracts.commands.diff import diff
from contracts.commands.init import init
from contracts.commands.merge import merge
from contracts.commands.mutate import mutate
from contracts.commands.options import CLEAN, INTERRUPTED, UNUSABLE, complain
from contracts.commands.plan import plan
from contracts.commands.proxy import proxy
from contracts.commands.record import record
from contracts.commands.replay import replay
from contracts.commands.run import run
from contracts.commands.schema import schema
from contracts.redaction.screen import screened
from openapi.completion import completion
from openapi.ending import end
from openapi.manual import Group
from openapi.streams import Unread, drop_output, joined, open_closed, reason_of


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and exit: 0 clean, 1 findings, 2 unusable or nothing ran, 3 drift, 130 interrupted."""
    open_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a server answers need not fit the terminal's encoding
    with screened():
        code = _run(arguments)
    end(code)


def _run(arguments: Sequence[str] | None) -> int:
    """The exit code of a command line, once what there is to complain of was told."""
    try:
        code = commands.main(arguments, prog_name="contracts", standalone_mode=False)
    except click.ClickException as error:
        code = complain(joined(error.format_message()), UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        code = complain("interrupted", INTERRUPTED)
    except Unread:
        drop_output()
        code = UNUSABLE
    except OSError as error:
        code = complain(reason_of(error), UNUSABLE)
        drop_output()
    except Exception:  # noqa: BLE001 - whatever it is, it is a mistake of ours, and no finding
        traceback.print_exc()
        code = complain("this is a mistake of contracts itself", UNUSABLE)
    return code if isinstance(code, int) else CLEAN


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's form
    from openapi.release import release

    if wanted:
        click.echo(f"contracts {release()}")
        context.exit()


@click.group(
    cls=Group,
    manual=Path(__file__).with_name("manual.yaml"),
    invoke_without_command=True,
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def commands(context: click.Context) -> None:
    """Does a server keep what the documentation of its API promises?"""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(UNUSABLE)


for each in (
    run,
    record,
    replay,
    proxy,
    diff,
    init,
    plan,
    cleanup,
    merge,
    mutate,
    clauses,
    explain,
    baseline,
    schema,
    completion,
):
    commands.add_command(each)
