"""`contracts run`: judge the clauses of a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.commands.consent import YES, obtain_consent, summary_of
from contracts.commands.options import SPECS, UNUSABLE, complain, effort, telling
from contracts.commands.outcome import reported, reporting, tell
from openapi.manual import Api, Command

if TYPE_CHECKING:
    from contracts.cassettes.recording import Recording
    from contracts.running import Plan

NO_RUN = frozenset({3, 4})  # what pytest exits with after a mistake of its own or in its options
MOST_WORKERS = 4  # beyond, starting them costs more than they save


def _shard(_: click.Context, __: click.Parameter, value: str) -> str:
    from contracts.sharding import parse_shard

    try:
        return str(parse_shard(value)) if value else ""
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command(cls=Command, short_help="Judge every clause of the chosen APIs, or of all.")
@click.argument("apis", nargs=-1, type=Api(), metavar="[API ...]")
@click.option("--target", metavar="URL", default="", help="The server under test. Without it: a mock in this process.")
@click.option("--profile", metavar="FILE", default="", help="Accounts and resources of a real endpoint.")
@SPECS
@reported
@click.option("-k", "select", metavar="EXPR", default="", help="Only clauses whose id matches, as in pytest.")
@click.option("--journal", metavar="FILE", default="", help="Of what a real endpoint is asked to create.")
@click.option("--resume", metavar="RESULT", type=click.Path(path_type=Path), help="Go on with a run that ended early.")
@click.option("--quick", is_flag=True, help="Each clause once, without fuzzing.")
@click.option("--shard", metavar="I/N", default="", callback=_shard, help="Only this part of it: 1/4, 2/4 ….")
@effort
@click.option(
    "--kill-file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ends a run on a real endpoint in order, as Ctrl-C does, once it exists.",
)
@click.option("-n", "workers", metavar="N", type=click.IntRange(0), help="Processes to share the work; 0: this one.")
@YES
@telling
def run(report: tuple[str, ...], report_dir: str, baseline: str, *, durations: bool, yes: bool, **options: Any) -> int:
    """Judge every documented clause of the APIs (when none is named: all, or those that a mock at --target serves)."""
    from contracts import running
    from contracts.calls.client import Run
    from contracts.partial import NAME as PARTIAL
    from contracts.redaction.screen import keep_back
    from contracts.reports.terminal import open_console
    from contracts.safety.keeping import Keeping
    from contracts.selection import check_expression
    from contracts.selection import chosen as in_run

    shared = bool(options["target"] or options["profile"])
    if options["workers"] and shared:
        raise click.UsageError(
            "-n needs the embedded mock: several workers would move the clock of one target by turns"
        )
    if options["workers"] is None:
        options["workers"] = 0 if shared or options["select"] else _processors()  # a selection is soon done
    check_expression(options["select"])
    told = reporting(report, report_dir, baseline, durations=durations)
    keeping = Keeping(options.pop("journal"), report_dir)
    chosen = Run(options.pop("seed"), options.pop("max_examples"), options.pop("patience"))
    partial = Path(report_dir, PARTIAL) if "json" in told.files else None
    plan = running.Plan(run=chosen, keeping=keeping, partial=partial, **options)
    suite = plan.suite
    keep_back(lambda: suite.redactor)
    told.check_names(clause.id for clause in suite.clauses)  # a spec that cannot be used is told of by now, too
    if shared:
        clauses = in_run(suite.clauses, plan.select, quick=plan.quick)
        obtain_consent(suite, yes=yes, summary=lambda: summary_of(suite, clauses))
    for line in _told_at_first(plan, is_shared=shared):
        click.echo(line, err=True)
    code, result = running.run(plan, open_console(error=True))
    if code in NO_RUN and not result.mistakes and not result.stopped:  # pytest has said why
        return UNUSABLE
    code = tell(result, suite.specs, told)
    if partial is not None:
        partial.unlink(missing_ok=True)
    return _tell_of_cassette(suite.recording, code) if suite.recording else code


def _tell_of_cassette(recording: Recording, code: int) -> int:
    """Say how much was kept; the exit code, which a cassette that could not be written makes a failure."""
    click.echo(f"contracts: {recording.kept} exchanges are kept", err=True)
    if recording.left_out:
        click.echo(f"contracts: {recording.left_out} more had no room in the cassette", err=True)
    return complain(recording.failure, UNUSABLE) if recording.failure else code


def _told_at_first(plan: Plan, *, is_shared: bool) -> Iterator[str]:
    """What is known from the run that this one goes on with, and where it writes what it creates.

    Raises Unreachable, Unavailable, ValueError: whoever is not there is told so before anything is judged.
    """
    from contracts.resuming import judged

    earlier, suite = plan.earlier, plan.suite
    if earlier is not None:
        yield f"{len(judged(earlier))} of {earlier.selected} clauses are taken over from {plan.resume}."
        for file in dict.fromkeys(each["journal"] for each in earlier.journal.get("left", [])):
            yield f"That run left something behind: `contracts cleanup {file}` removes it."
    if (is_shared or suite.cassette is not None) and suite.target.is_mock:
        suite.close()
    if is_shared and not suite.is_mock and suite.target.journal is not None:
        yield f"What is created is written to {suite.target.journal.path} before it is sent."


def _processors() -> int:
    """As many processes as there are processors, up to a few; 0 for one, which needs no other."""
    count = min(os.cpu_count() or 1, MOST_WORKERS)
    return count if count > 1 else 0
