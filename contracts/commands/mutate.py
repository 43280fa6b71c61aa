"""`contracts mutate`: how many mistakes of a server the suite notices, or a client's own tests."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click

from contracts.commands.options import CLEAN, FINDINGS, SPECS, complain, telling
from openapi.amounts import Amount
from openapi.manual import Api, Command
from openapi.streams import visible

SCOPES = ("right", "operation", "all")
FEW = 12  # mutants that are told of one by one without being asked to
TIMEOUT = 300.0  # seconds that a command is given


def _shard(_: click.Context, __: click.Parameter, value: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", value)
    if not found or int(found[1]) > int(found[2]):
        raise click.BadParameter(f"{value!r} is no part of a whole; the first of four is 1/4")
    return int(found[1]), int(found[2])


@click.command(cls=Command, short_help="Measure what the suite, or your own tests, would notice.")
@click.argument("apis", nargs=-1, type=Api(), metavar="[API ...]")
@SPECS
@click.option("-k", "select", metavar="EXPR", default="", help="Only mutants whose id matches, as in pytest.")
@click.option("--limit", metavar="N", type=click.IntRange(1), default=None, help="Only a sample, of every kind.")
@click.option("--seed", metavar="N", type=int, default=0, help="Of the sample and of ids.", show_default=True)
@click.option("--shard", metavar="I/N", default="1/1", callback=_shard, show_default=True, help="Only one of N parts.")
@click.option("-n", "workers", metavar="N", type=click.IntRange(0), help="Processes to share the work; 0: this one.")
@click.option(
    "--verdicts",
    type=click.Choice(SCOPES),
    default="operation",
    show_default=True,
    help="Which clauses are judged, besides the broken one: none, those of its operation, or all of its API.",
)
@click.option("--quick", is_flag=True, help="The same as --verdicts right.")
@click.option("-v", "--verbose", is_flag=True, help="Tell of every mutant, and which verdicts fell.")
@click.option("--report", type=click.Choice(["json"]), help="Also written: mutants.json.")
@click.option("--report-dir", metavar="DIR", default=".", help="Where the report is written.", show_default=True)
@click.option("--list", "listing", is_flag=True, help="Name the mutants; judge nothing.")
@click.option("--command", metavar="COMMAND", default=None, help="Your own tests, run against each mutant over HTTP.")
@click.option(
    "--timeout", metavar="SECONDS", type=Amount(0.1), default=TIMEOUT, show_default=True, help="For one COMMAND."
)
@click.option("--serve", metavar="MUTANT", default=None, help="Serve this mutant until Ctrl-C.")
@click.option("--port", metavar="PORT", type=click.IntRange(0, 65535), default=0, help="For --serve; 0: a free one.")
@telling
def mutate(apis: tuple[str, ...], specs: tuple[Path, ...], **options: Any) -> int:
    """Start servers with one fact changed, derived from every clause, and see who notices."""
    from contracts.mutation.running import Choice
    from contracts.selection import names_matcher

    names_matcher(options["select"])  # what is no expression is told of at once
    limit = options["limit"] or 0
    choice = Choice((*apis, *specs), options["select"], limit, options["seed"], options["shard"])
    if options["serve"] is not None:
        return _serve(choice, options["serve"], options["port"])
    if options["listing"]:
        return _list(choice)
    report = _report_file(options) if options["report"] else None
    if options["command"] is not None:
        return _grade_command(choice, options, report)
    return _grade_suite(choice, options, report)


def _grade_suite(choice: Any, options: dict[str, Any], report: Path | None) -> int:
    from contracts.mutation.grading import Fate, Scope
    from contracts.mutation.running import Plan, run
    from contracts.mutation.table import as_file, show
    from contracts.reports.terminal import open_console

    scope = Scope.RIGHT if options["quick"] else Scope(options["verdicts"])
    workers = options["workers"] if options["workers"] is not None else os.cpu_count() or 1
    grades = run(Plan(choice, scope, workers), open_console(error=True))
    show(grades, open_console(), every=options["verbose"] or len(grades) <= FEW)
    if report:
        report.write_text(as_file(grades, choice.seed, scope.value), encoding="utf-8")
    missed = [each for each in grades if each.fate is Fate.SURVIVED and not each.explained]
    return FINDINGS if missed else CLEAN


def _grade_command(choice: Any, options: dict[str, Any], report: Path | None) -> int:
    import json

    from contracts.mutation.clients import Command, Finding, Notice, Unusable, grade_command, lines
    from contracts.reports.terminal import open_console

    command = Command(options["command"], options["timeout"])
    console, specs = open_console(error=True), choice.load()
    chosen = _chosen(choice, specs)
    console.print(f"running {options['command']!r} against {len(chosen)} servers, each with one mistake …")
    done: list[Finding] = []

    def tell(finding: Finding) -> None:
        done.append(finding)
        console.print(
            f"{len(done)}/{len(chosen)}  {finding.notice.value:<10} {finding.mutant.id}", markup=False, soft_wrap=True
        )

    try:
        findings = grade_command(command, chosen, specs, tell)
    except Unusable as error:
        if error.said:
            click.echo(visible(error.said), err=True)
        raise
    click.echo("\n".join(lines(findings)))
    if report:
        entries = [each.as_json() for each in findings]
        report.write_text(json.dumps({"schema_version": 1, "mutants": entries}, indent=1), encoding="utf-8")
    return FINDINGS if any(each.notice is Notice.UNNOTICED for each in findings) else CLEAN


def _list(choice: Any) -> int:
    for mutant in _chosen(choice, choice.load()):
        click.echo(f"{mutant.id}  {mutant.told}")
    return CLEAN


def _serve(choice: Any, name: str, port: int) -> int:
    from threading import Event

    from contracts.mutation.serving import find, mutant_app
    from contracts.mutation.stand import Stand, serve

    specs = choice.load()
    mutant = find(name, specs)
    with serve(Stand(mutant_app(mutant, specs)), port) as url:
        click.echo(f"The mutant answers at {url}\n  {mutant.id}\n  {mutant.told}\nCtrl-C ends it.")
        try:
            Event().wait()
        except KeyboardInterrupt:
            complain("ended", CLEAN)
    return CLEAN


def _chosen(choice: Any, specs: Any) -> list[Any]:
    found: list[Any] = choice.mutants(specs)
    if not found:
        raise ValueError(f"no mutant matches -k {choice.select!r}; `contracts mutate --list` names them all")
    return found


def _report_file(options: dict[str, Any]) -> Path:
    """Where the report is going to be written, which is tried before anything runs."""
    from contracts.mutation.table import FILE

    folder = Path(options["report_dir"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).open("a").close()
    except OSError as error:
        raise click.ClickException(f"--report-dir: {error.filename}: {error.strerror}") from error
    return folder / FILE
