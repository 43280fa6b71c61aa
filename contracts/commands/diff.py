"""`contracts diff`: two results, and who moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from contracts.commands.options import CLEAN, DRIFT, FINDINGS, telling
from openapi.manual import Command

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Command, short_help="Compare two results: what changed, and who moved.")
@click.argument("first", metavar="A.json", type=FILE)
@click.argument("second", metavar="B.json", type=FILE)
@click.option("--accepted", metavar="FILE", type=FILE, help="Differences that somebody accepted, each until a day.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--markdown", metavar="FILE", type=FILE, help="Also written: the text of an issue.")
@telling
def diff(first: Path, second: Path, accepted: Path | None, markdown: Path | None, *, as_json: bool) -> int:
    """Compare two result files (`contracts run --report json`): the earlier one and the later one, or two targets.

    Exit code 0: nothing moved. 1: a promise is newly broken. 3: drift alone.
    """
    from contracts.baseline import check_names, load_baseline
    from contracts.drift import record, terminal
    from contracts.drift.comparison import compare
    from contracts.drift.markdown import render
    from contracts.drift.outcome import judge
    from contracts.drift.side import read_side
    from contracts.reports.terminal import open_console

    sides = read_side(first), read_side(second)
    known = load_baseline(accepted) if accepted else ()
    if accepted:
        check_names(accepted, known, sides[0].entries.keys() | sides[1].entries.keys())
    today = datetime.now(UTC).date()
    outcome = judge(compare(*sides), known, today)
    if as_json:
        click.echo(json.dumps(record.as_json(outcome, today), ensure_ascii=False, indent=1))
    else:
        terminal.show(outcome, open_console())
    if markdown:
        markdown.write_text(render(outcome), encoding="utf-8", errors="backslashreplace")
    if outcome.findings:
        return FINDINGS
    return DRIFT if outcome.drifts else CLEAN
