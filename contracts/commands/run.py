"""`contracts run`: judge the clauses of a server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.commands.options import CLEAN, FINDINGS, INTERRUPTED, SPECS, UNUSABLE, complain, telling
from contracts.reports.formats import FORMATS

if TYPE_CHECKING:
    from contracts.result import Result

NO_RUN = frozenset({3, 4})  # what pytest exits with after a mistake of its own or in its options
TERMINAL, JUNIT = "terminal", "junit"  # the first is always shown, the second written by pytest
FILES = {JUNIT: "contracts.xml", **{name: each.file for name, each in FORMATS.items()}}
MOST_WORKERS = 4  # beyond, starting them costs more than they save


def _formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(filter(None, (each.strip() for each in value.split(","))))
    known = (TERMINAL, *FILES)
    unknown = [each for each in chosen if each not in known]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no report; there are {', '.join(known)}")
    return chosen


@click.command(short_help="Judge every clause of the chosen APIs, or of all.")
@click.argument("apis", nargs=-1, metavar="[API ...]")
@click.option("--target", metavar="URL", default="", help="The server under test. Without it: a mock in this process.")
@click.option("--profile", metavar="FILE", default="", help="Accounts and resources of a real endpoint.")
@SPECS
@click.option(
    "--report", metavar="FORMAT,...", default="", callback=_formats, help=f"Also written: {', '.join(FILES)}."
)
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
    code, result = running.run(plan, open_console(error=True))
    show(result, operations, open_console())
    for name in files.keys() & FORMATS.keys():
        files[name].write_text(FORMATS[name].render(result, suite.specs), encoding="utf-8")
    return _exit_code(code, result)


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


def _exit_code(code: int, result: Result) -> int:
    from contracts.running import INTERRUPTED as BY_USER
    from contracts.running import MISTAKE

    count, select = result.count(result.entries), result.head.select
    if result.mistakes:
        return complain("\n".join(f"{MISTAKE}:\n{mistake}" for mistake in result.mistakes), UNUSABLE)
    if result.stopped:
        judged = f"{len(result.entries)} of {result.selected} clauses were judged"
        return complain(f"{result.stopped}; {judged}", INTERRUPTED if result.stopped == BY_USER else UNUSABLE)
    if code in NO_RUN:  # pytest has said why
        return UNUSABLE
    if not result.entries:
        told = f": no clause matches -k {select!r}; `contracts clauses` lists them all" if select else ""
        return complain(f"nothing was judged{told}", UNUSABLE)
    if not count["held"] and not count["broken"]:
        return complain("no clause could be observed", UNUSABLE)
    return FINDINGS if count["broken"] else CLEAN
