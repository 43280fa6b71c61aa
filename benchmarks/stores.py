"""The request path on each store, with one and with two workers: the comparison's work, asked of the mock alone.

PostgreSQL takes part where it is installed, on this machine and with the settings that it comes with. Rounds are
paired; ratios are to the store in memory.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import comparison, databases, generous, progress, ranking
from benchmarks.entrants import API, MOCK, Entrant, mock, works

WORKS = ("create", "list")
HEAD = (
    "store",
    *(f"{work} {what}" for work in WORKS for what in ("requests/s", "times memory", "p99 ms")),
    "start-up s",
    "failed",
)


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    progress.add_rounds(parser, rounds=3, seconds=2, warm_up=1)
    databases.add_stores(parser)
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """As the comparison has them, by store."""
    absent: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name, databases.lasting(Path(name), options.stores, absent) as made:
        spec = generous.write(API, Path(name))
        variants: dict[str, tuple[str, ...]] = {MOCK: ()}
        for kind, make in made.items():
            variants |= _variants(kind, make)
        return comparison.rounds(options, [_entrant(*pair, spec) for pair in variants.items()], absent)


def _variants(name: str, make: databases.Make) -> dict[str, tuple[str, ...]]:
    """What each is told besides, by name; each has a store of its own."""
    alone = {f"{name}, 1 worker": ("--store", make("one"))}
    return {**alone, f"{name}, 2 workers": ("--store", make("two"), "--workers", "2")}


def _entrant(name: str, told: tuple[str, ...], spec: Path) -> Entrant:
    asked = {work: prepare for work, prepare in works().items() if work in WORKS}
    return Entrant(name, "", "nothing", asked, lambda port: mock([spec], port, *told))


def lines(found: dict[str, Any]) -> list[str]:
    """A table in Markdown, and who is absent."""
    rows = [[name if name != MOCK else "memory", *_cells(found, name)] for name in found["servers"]]
    told = [f"Client: {found['client']}.", "", *ranking.table(HEAD, rows)]
    return [*told, "", *(f"- {name} is absent: {why}" for name, why in ranking.absent(found).items())]


def _cells(found: dict[str, Any], name: str) -> list[str]:
    cells, each = list[str](), found["servers"][name]
    for work in WORKS:
        cells += [f"{ranking.rate(found, name, work):,.0f}"]
        cells += [ranking.spread(ranking.ratios(found, name, MOCK, work), "{:.2f}")]
        cells += [f"{1e3 * ranking.latency(found, name, work, 'p99'):.1f}"]
    failed = sum(one["refused"] + one["failed"] for rounds in each["rounds"].values() for one in rounds)
    return [*cells, f"{each['startup']:.2f}", str(failed)]


if __name__ == "__main__":
    main()
