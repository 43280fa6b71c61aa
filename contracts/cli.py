"""The command `contracts`: run the suite, list the clauses, explain one of them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

CLEAN, FINDINGS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
FORMATS = ("terminal", "json", "junit")
MOST_WORKERS = 4  # beyond, starting them costs more than they save
RESULT_FILE, JUNIT_FILE = "contracts.json", "contracts.xml"


def main() -> None:
    """Run the command line."""
    try:
        code = commands.main(prog_name="contracts", standalone_mode=False)
    except click.exceptions.Abort:
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = UNUSABLE
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code if isinstance(code, int) else CLEAN)


def telling(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a user can do wrong into one clear line and exit code 2."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        from contracts.profile import ProfileError
        from contracts.target import Unreachable
        from openapi.document import SpecError

        try:
            return command(*arguments, **options)
        except (SpecError, ProfileError, Unreachable, ValueError) as error:
            raise click.ClickException(str(error)) from error

    return guarded


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cloud-export-contracts")
def commands() -> None:
    """Does a server keep what the documentation of its API promises?"""


def _formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(filter(None, (each.strip() for each in value.split(","))))
    unknown = [each for each in chosen if each not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no report; there are {', '.join(FORMATS)}")
    return chosen


@commands.command()
@click.argument("apis", nargs=-1, metavar="[API]...")
@click.option("--target", metavar="URL", default="", help="The server under test. Without it: a mock in this process.")
@click.option("--profile", metavar="FILE", default="", help="Accounts and resources of a real endpoint.")
@click.option("--spec", "specs", metavar="FILE", multiple=True, help="A spec of your own; may be repeated.")
@click.option("--report", metavar="FORMAT,...", default="", callback=_formats, help=f"Of {', '.join(FORMATS)}.")
@click.option("--report-dir", metavar="DIR", default=".", help="Where reports are written.", show_default=True)
@click.option("-k", "select", metavar="EXPR", default="", help="Only clauses whose id matches, as in pytest.")
@click.option("--seed", metavar="N", type=int, default=0, help="Of generated requests.", show_default=True)
@click.option("--max-examples", metavar="N", type=click.IntRange(1), default=25, help="Generated per operation.")
@click.option("-n", "workers", metavar="N", type=click.IntRange(0), help="Processes to share the work; 0: this one.")
@telling
def run(report: tuple[str, ...], report_dir: str, **options: Any) -> int:
    """Judge every documented clause of the APIs (all when none is named)."""
    from contracts import running
    from contracts.calls.client import Run
    from contracts.reports.terminal import open_console, show

    shared = bool(options["target"] or options["profile"])
    if options["workers"] and shared:
        raise click.UsageError(
            "-n needs the embedded mock: several workers would move the clock of one target by turns"
        )
    if options["workers"] is None:
        options["workers"] = 0 if shared or options["select"] else _processors()  # a selection is soon done
    folder = Path(report_dir)
    junit = folder / JUNIT_FILE if "junit" in report else None
    chosen = Run(options.pop("seed"), options.pop("max_examples"))
    plan = running.Plan(run=chosen, junit=junit, **options)
    suite = plan.suite
    _ = suite.clauses  # a spec that cannot be used is told of before anything is started
    operations = {name: len(spec.operations) for name, spec in suite.specs.items()}
    if plan.target or plan.profile:
        _ = suite.target  # whoever is not there is told so before anything is judged
        suite.close()
    _make(folder, report)
    code, recorder = running.run(plan, open_console(error=True))
    show(recorder.result, operations, open_console())
    if "json" in report:
        path = folder / RESULT_FILE
        path.write_text(json.dumps(recorder.result.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return _exit_code(code, recorder, options["select"])


def _processors() -> int:
    """As many processes as there are processors, up to a few; 0 for one, which needs no other."""
    count = min(os.cpu_count() or 1, MOST_WORKERS)
    return count if count > 1 else 0


def _make(folder: Path, report: tuple[str, ...]) -> None:
    try:
        if report:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"--report-dir {folder}: {error.strerror}") from error


def _exit_code(code: int, recorder: Any, select: str) -> int:
    from contracts.running import MISTAKE

    for mistake in recorder.mistakes:
        click.echo(f"{MISTAKE}:\n{mistake}", err=True)
    if code == 2:  # noqa: PLR2004 - pytest's code for an interrupted run
        return INTERRUPTED
    if recorder.mistakes:
        return UNUSABLE
    if not recorder.result.entries:
        click.echo(f"nothing was judged: no clause matches {select!r}" if select else "nothing was judged", err=True)
        return UNUSABLE
    if not recorder.result.with_verdict("held") and not recorder.result.with_verdict("broken"):
        click.echo("no clause could be observed", err=True)
        return UNUSABLE
    return FINDINGS if recorder.result.with_verdict("broken") else CLEAN


@commands.command()
@click.argument("apis", nargs=-1, metavar="[API]...")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--spec", "specs", metavar="FILE", multiple=True, help="A spec of your own; may be repeated.")
@telling
def clauses(apis: tuple[str, ...], specs: tuple[str, ...], *, as_json: bool) -> None:
    """List every clause, its standing, quote and page."""
    from contracts.listing import as_entry, as_lines
    from contracts.suite import Suite

    found = Suite((*apis, *specs)).clauses
    if as_json:
        click.echo(json.dumps([as_entry(clause) for clause in found], ensure_ascii=False, indent=1))
    else:
        for line in as_lines(found):
            click.echo(line)


@commands.command()
@click.argument("name", metavar="ID")
@click.option("--spec", "specs", metavar="FILE", multiple=True, help="A spec of your own; may be repeated.")
@telling
def explain(name: str, specs: tuple[str, ...]) -> None:
    """Tell all there is about a clause, an error code or a reading."""
    from contracts.listing import explanations, suggestions
    from contracts.suite import Suite

    suite = Suite(specs)
    found = explanations(suite, name)
    if not found:
        near = suggestions(suite, name)
        raise click.ClickException(
            f"there is nothing called {name!r}" + (f"; near it: {', '.join(near)}" if near else "")
        )
    click.echo("\n\n".join(found))
