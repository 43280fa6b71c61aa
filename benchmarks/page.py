"""The page of results, in Markdown, from what came of the parts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import summary
from benchmarks.outcomes import Outcome
from benchmarks.parts import PARTS, Part

INTRODUCTION = (
    "Written by `make bench`; [docs/benchmarks.md](../docs/benchmarks.md) says what is measured and how. Figures are "
    "medians; ratios are medians of the ratios of paired rounds, in which all are asked in turn; in parentheses stand "
    "the lowest and the highest round."
)


def page(outcomes: Sequence[Outcome], figures: dict[str, Any], pictures: dict[str, Path], folder: Path) -> str:
    """The page, which is to stand in a folder; `pictures` by the name of their part."""
    by_name = {each.name: each for each in outcomes}
    told = ["# Results of the benchmarks", "", INTRODUCTION, "", *_measured_on(outcomes)]
    told += ["", "## At a glance", "", *summary.lines(figures)]
    for part in PARTS:
        told += ["", f"## {part.title}", "", *_section(part, by_name.get(part.name))]
        if part.name in pictures:
            told += ["", f"![{part.picture}]({Path(os.path.relpath(pictures[part.name], folder)).as_posix()})"]
    return "\n".join(told).rstrip() + "\n"


def _measured_on(outcomes: Sequence[Outcome]) -> list[str]:
    if not outcomes:
        return ["Nothing has been measured."]
    begun = sorted(each.begun for each in outcomes)
    revisions = ", ".join(dict.fromkeys(each.revision for each in outcomes if each.revision)) or "unknown"
    machines = {tuple(each.machine.items()): each.machine for each in outcomes}
    took = sum(each.seconds for each in outcomes) / 60
    told = [f"- measured: {begun[0]} to {begun[-1]} UTC, {took:.0f} minutes in all", f"- revision: {revisions}"]
    for number, machine in enumerate(machines.values()):
        told += [f"- another machine, {number + 1}:"] if number else []
        told += [f"- {name}: {value}" for name, value in machine.items()]
    return told


def _section(part: Part, outcome: Outcome | None) -> list[str]:
    if outcome is None:
        return [f"Not measured: `python benchmarks/results.py {part.name}` does it."]
    how = f"begun {outcome.begun} UTC, {outcome.seconds:.0f} s; load average before: {outcome.load:.2f}"
    how += f"; the host took {outcome.stolen:.1f} s of the processors" if outcome.stolen else ""
    error = [f"**{outcome.error}**", ""] if outcome.error else []
    return [f"`python {' '.join(outcome.command)}` ({how})", "", *error, outcome.said]
