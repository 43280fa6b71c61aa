"""The request path on each store: the comparison's work, asked of the mock alone.

PostgreSQL takes part when its address is given. Rounds are paired; ratios are to the store in memory.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import comparison, generous, progress, ranking
from benchmarks.entrants import APART, API, MOCK, Entrant, mock, works


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=3, help="paired rounds (3)")
    parser.add_argument("--seconds", type=float, default=2.0, help="that each kind of request is sent in a round (2)")
    parser.add_argument("--warm-up", type=float, default=2.0, help="seconds, of each kind of request, before that (2)")
    parser.add_argument("--postgresql", default="", metavar="ADDRESS", help="of a database that may be emptied")
    options = parser.parse_args()
    found = measure(options)
    progress.write(options.json, found)
    print("\n".join(ranking.lines(found)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """As the comparison has them, by store."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        specs = [generous.write(api, folder) for api in (API, APART)]
        chosen = [_entrant(*pair, specs) for pair in _variants(folder, options.postgresql).items()]
        return comparison.rounds(options, chosen, {})


def _variants(folder: Path, postgresql: str) -> Mapping[str, list[str]]:
    """What each is told besides, by name."""
    found = {MOCK: [], "SQLite": ["--store", f"sqlite:///{folder}/store.db"]}
    return found | ({"PostgreSQL": ["--store", postgresql]} if postgresql else {})


def _entrant(name: str, told: list[str], specs: list[Path]) -> Entrant:
    return Entrant(name, "", "nothing", works(), lambda port: mock(specs, port, *told))


if __name__ == "__main__":
    main()
