"""What becomes of a result: a report on the terminal, reports in files, what GitHub shows, and an exit code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.commands.options import CLEAN, FINDINGS, INTERRUPTED, UNUSABLE, complain
from contracts.reports.formats import FORMATS

if TYPE_CHECKING:
    from contracts.baseline import Known
    from contracts.result import Head, Result
    from openapi.model import Spec

TERMINAL = "terminal"  # always shown
MARKDOWN = "markdown"
MISTAKE = "the suite itself failed; this is a mistake of the suite, not of the server"
SUMMARY = "GITHUB_STEP_SUMMARY"  # names the file of the job summary


@dataclass(frozen=True, slots=True)
class Reporting:
    """Where a result is told, and what is known of it already."""

    files: Mapping[str, Path]  # by format
    baseline: Path | None = None
    findings: tuple[Known, ...] = ()  # of the baseline
    durations: bool = False  # whether it is told how long everything took
    today: date = date.max  # in UTC
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    def check_names(self, clauses: Iterable[str]) -> None:
        """Raise BaselineError for a finding at a clause that there is not, among the ids of those at hand."""
        if self.baseline is not None:
            from contracts.baseline import check_names

            check_names(self.baseline, self.findings, set(clauses))


def _formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(filter(None, (each.strip() for each in value.split(","))))
    known = (TERMINAL, *FORMATS)
    unknown = [each for each in chosen if each not in known]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is no report; there are {', '.join(known)}")
    return chosen


def reported(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options --report, --report-dir, --baseline and --durations; `reporting` makes one value of them."""
    options = [
        click.option(
            "--report", metavar="FORMAT,...", default="", callback=_formats, help=f"Also written: {', '.join(FORMATS)}."
        ),
        click.option("--report-dir", metavar="DIR", default=".", help="Where reports are written.", show_default=True),
        click.option("--baseline", metavar="FILE", default="", help="Known findings, which do not fail the run."),
        click.option("--durations", is_flag=True, help="Show how long each kind of clause took."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def reporting(report: tuple[str, ...], report_dir: str, baseline: str, *, durations: bool = False) -> Reporting:
    """What the options ask for. Raises BaselineError, ClickException where a report cannot be written."""
    from contracts.baseline import load_baseline

    path = Path(baseline) if baseline else None
    findings = load_baseline(path) if path else ()
    files = _report_files(Path(report_dir), report)
    return Reporting(files, path, findings, durations, datetime.now(UTC).date(), os.environ)


def _report_files(folder: Path, report: tuple[str, ...]) -> dict[str, Path]:
    """Where each report is going to be written, which is tried before anything runs."""
    files = {form: folder / FORMATS[form].file for form in report if form in FORMATS}
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


def tell(result: Result, specs: Mapping[str, Spec], reporting: Reporting) -> int:
    """Report a result in every way that was asked for; the exit code that it leads to."""
    from contracts.baseline import Outcome, accept
    from contracts.reports.durations import show_durations
    from contracts.reports.terminal import open_console, show, show_outcome

    has_baseline = reporting.baseline is not None
    outcome = accept(result, reporting.findings, reporting.today) if has_baseline else Outcome()
    console = open_console()
    show(result, specs, console)
    show_outcome(outcome, console)
    if reporting.durations:
        show_durations(result, console)
    texts = {name: FORMATS[name].render(result, specs) for name in reporting.files}
    for name, text in texts.items():
        _write(reporting.files[name], text)
    if texts:
        click.echo(f"Written: {', '.join(map(str, reporting.files.values()))}", err=True)
    if reporting.environment.get("GITHUB_ACTIONS") == "true":
        _annotate(result, specs)
        _summarize(texts.get(MARKDOWN, ""), reporting.environment.get(SUMMARY, ""))
    return _exit_code(result)


def _write(path: Path, text: str) -> None:
    """Write a report. Raises ClickException, which names the file, where there is no room for it."""
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise click.ClickException(f"the report {path} cannot be written: {error.strerror}") from error


def _annotate(result: Result, specs: Mapping[str, Spec]) -> None:
    """Let GitHub show the broken clauses at the lines of the specs."""
    from contracts.reports.annotations import commands

    for line in commands(result, specs):
        click.echo(line)


def _summarize(text: str, file: str) -> None:
    """Let a Markdown report be part of the summary of a job, which is kept in a file."""
    if text and file:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(text)


def _exit_code(result: Result) -> int:
    from contracts.result import INTERRUPTED as BY_USER
    from contracts.result import is_failing

    count = result.count(result.entries)
    if result.mistakes:
        return complain("\n".join(f"{MISTAKE}:\n{mistake}" for mistake in result.mistakes), UNUSABLE)
    if result.stopped:
        judged = f"{len(result.entries)} of {result.selected} clauses were judged"
        return complain(f"{result.stopped}; {judged}", INTERRUPTED if result.stopped.startswith(BY_USER) else UNUSABLE)
    if not result.entries:
        return complain("; ".join(["nothing was judged", *_why_nothing(result.head)]), UNUSABLE)
    if not count["held"] and not count["broken"] and not count["learned"]:
        return complain("no clause could be observed", UNUSABLE)
    return FINDINGS if result.that(is_failing) else CLEAN


def _why_nothing(head: Head) -> Iterator[str]:
    """What may have left no clause over."""
    from contracts.sharding import FUZZED

    if head.select:
        yield f"no clause matches -k {head.select!r}; `contracts clauses` lists them all"
    if head.quick:
        yield f"--quick leaves out the kinds {', '.join(FUZZED)}"
    if head.shard:
        yield f"shard {head.shard} is empty when there are fewer clauses than shards"
