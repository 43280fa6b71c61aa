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
NO_RUN = frozenset({3, 4})  # what pytest exits with after a mistake of its own or in its options
FORMATS = ("terminal", "json", "junit")  # the first is always shown
FILES = {"json": "contracts.json", "junit": "contracts.xml"}
MOST_WORKERS = 4  # beyond, starting them costs more than they save


def main() -> None:
    """Run the command line, and exit: 0 clean, 1 findings, 2 usage, environment or nothing ran, 130 interrupted."""
    try:
        code = commands.main(prog_name="contracts", standalone_mode=False)
    except click.ClickException as error:
        code = _complain(error.format_message(), UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        code = _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        code = _drop_output()  # whoever read it has gone
    except OSError as error:
        _complain(error.strerror or str(error), UNUSABLE)
        code = _drop_output()
    sys.exit(code if isinstance(code, int) else CLEAN)


def _complain(message: str, code: int) -> int:
    click.echo(f"contracts: {message}", err=True)
    return code


def _drop_output() -> int:
    """Send nowhere what could not be written, so that the end of the process does not try again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNUSABLE


def telling(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a user can do wrong into one clear line and exit code 2."""

    @wraps(command)
    def guarded(*arguments: Any, **options: Any) -> Any:
        from contracts.profile import ProfileError
        from contracts.target import Unavailable, Unreachable
        from openapi.document import SpecError

        try:
            return command(*arguments, **options)
        except (SpecError, ProfileError, Unavailable, Unreachable, ValueError) as error:
            raise click.ClickException(str(error)) from error

    return guarded


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's form
    from importlib.metadata import PackageNotFoundError, version

    if wanted:
        try:
            found = version("cloud-export-contracts")
        except PackageNotFoundError:  # it runs without being installed
            found = "0+unknown"
        click.echo(f"contracts {found}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def commands(context: click.Context) -> None:
    """Does a server keep what the documentation of its API promises?"""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
        context.exit(UNUSABLE)


def _formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(filter(None, (each.strip() for each in value.split(","))))
    unknown = [each for each in chosen if each not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no report; there are {', '.join(FORMATS)}")
    return chosen


SPECS = click.option(
    "--spec",
    "specs",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A spec of your own; may be repeated.",
)


@commands.command(short_help="Judge every clause of the chosen APIs, or of all.")
@click.argument("apis", nargs=-1, metavar="[API ...]")
@click.option("--target", metavar="URL", default="", help="The server under test. Without it: a mock in this process.")
@click.option("--profile", metavar="FILE", default="", help="Accounts and resources of a real endpoint.")
@SPECS
@click.option("--report", metavar="FORMAT,...", default="", callback=_formats, help="Also written: json, junit.")
@click.option("--report-dir", metavar="DIR", default=".", help="Where reports are written.", show_default=True)
@click.option("-k", "select", metavar="EXPR", default="", help="Only clauses whose id matches, as in pytest.")
@click.option("--seed", metavar="N", type=int, default=0, help="Of generated requests.", show_default=True)
@click.option(
    "--max-examples",
    metavar="N",
    type=click.IntRange(1),
    default=25,
    help="Generated per operation.",
    show_default=True,
)
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
    running.check_selection(options["select"])
    files = _report_files(Path(report_dir), report)
    chosen = Run(options.pop("seed"), options.pop("max_examples"))
    plan = running.Plan(run=chosen, junit=files.get("junit"), **options)
    suite = plan.suite
    _ = suite.clauses  # a spec that cannot be used is told of before anything is started
    operations = {name: len(spec.operations) for name, spec in suite.specs.items()}
    if shared:
        _ = suite.target  # whoever is not there is told so before anything is judged
        suite.close()
    code, recorder = running.run(plan, open_console(error=True))
    show(recorder.result, operations, open_console())
    if "json" in files:
        text = json.dumps(recorder.result.as_json(), ensure_ascii=False, indent=1)
        files["json"].write_text(text + "\n", encoding="utf-8")
    return _exit_code(code, recorder, options["select"])


def _processors() -> int:
    """As many processes as there are processors, up to a few; 0 for one, which needs no other."""
    count = min(os.cpu_count() or 1, MOST_WORKERS)
    return count if count > 1 else 0


def _report_files(folder: Path, report: tuple[str, ...]) -> dict[str, Path]:
    """Where each report is going to be written, which is tried before anything runs."""
    files = {form: folder / FILES[form] for form in report if form in FILES}
    try:
        for path in files.values():
            folder.mkdir(parents=True, exist_ok=True)
            is_new = not path.exists()
            path.open("a").close()
            if is_new:
                path.unlink()
    except OSError as error:
        raise click.ClickException(f"--report-dir: {error.filename}: {error.strerror}") from error
    return files


def _exit_code(code: int, recorder: Any, select: str) -> int:
    from contracts.running import INTERRUPTED as BY_USER
    from contracts.running import MISTAKE

    count = {verdict: len(recorder.result.with_verdict(verdict)) for verdict in ("held", "broken")}
    if recorder.mistakes:
        return _complain("\n".join(f"{MISTAKE}:\n{mistake}" for mistake in recorder.mistakes), UNUSABLE)
    if recorder.stopped:
        judged = f"{len(recorder.result.entries)} of {recorder.total} clauses were judged"
        return _complain(f"{recorder.stopped}; {judged}", INTERRUPTED if recorder.stopped == BY_USER else UNUSABLE)
    if code in NO_RUN:  # pytest has said why
        return UNUSABLE
    if not recorder.result.entries:
        told = f": no clause matches -k {select!r}; `contracts clauses` lists them all" if select else ""
        return _complain(f"nothing was judged{told}", UNUSABLE)
    if not any(count.values()):
        return _complain("no clause could be observed", UNUSABLE)
    return FINDINGS if count["broken"] else CLEAN


@commands.command()
@click.argument("apis", nargs=-1, metavar="[API ...]")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@SPECS
@telling
def clauses(apis: tuple[str, ...], specs: tuple[Path, ...], *, as_json: bool) -> None:
    """List every clause, its standing, quote and page."""
    from contracts.listing import as_entry, as_lines
    from contracts.suite import Suite

    found = Suite((*apis, *specs)).clauses
    if as_json:
        click.echo(json.dumps([as_entry(clause) for clause in found], ensure_ascii=False, indent=1))
    else:
        for line in as_lines(found):
            click.echo(line)


@commands.command(short_help="Tell all about a clause, an error code or a reading.")
@click.argument("name", metavar="ID")
@SPECS
@telling
def explain(name: str, specs: tuple[Path, ...]) -> None:
    """Tell all there is about a clause, an error code or a reading."""
    from contracts.listing import explanations, suggestions
    from contracts.suite import Suite

    suite = Suite(specs)
    found = explanations(suite, name)
    if not found:
        near = suggestions(suite, name)
        hint = f"near it: {', '.join(near)}" if near else "`contracts clauses` lists the clauses"
        raise click.ClickException(f"there is no clause, error code or reading {name!r}; {hint}")
    click.echo("\n\n".join(found))
