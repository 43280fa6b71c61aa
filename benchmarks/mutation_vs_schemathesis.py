"""The same mutants before the contract suite and before plain Schemathesis, side by side.

    python -m benchmarks.mutation_vs_schemathesis tencent-cls --size 40 --minutes 60 --page docs/mutation.md

A sample of mutants, of every kind in turn, the same for the same seed. Each run of Schemathesis takes a minute or more,
so what was found is kept in a file, and a second call goes on where the first one stopped. A mutant counts as killed by
Schemathesis when it reports a failure that it does not report on the unchanged server.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.schemathesis_plain import EXAMPLES, SEED, run_plain
from contracts.mutation.deriving import mutants
from contracts.mutation.grading import Fate, Grader, Scope
from contracts.mutation.mutant import Mutant
from contracts.mutation.selection import sample
from contracts.mutation.serving import open_mutant
from contracts.targets.embedded import open_embedded
from openapi.loader import load_all
from openapi.model import Spec

BEGIN, END = "<!-- begin: comparison -->", "<!-- end: comparison -->"
HONEST = "unchanged"
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where results are kept, and until when there may be new ones."""

    specs: Mapping[str, Spec]
    folder: Path
    until: float  # of time.monotonic
    examples: int

    def honest(self, api: str) -> Entry:
        """What Schemathesis reports of the unchanged server."""
        return self._kept(f"{HONEST}-{api}", api, None)

    def mutated(self, mutant: Mutant) -> Entry | None:
        """What both make of a mutant; None when the time is over."""
        name = mutant.id.replace("/", "_")
        if not (self.folder / f"{name}.json").exists() and time.monotonic() > self.until:
            return None
        return self._kept(name, mutant.clause.api, mutant)

    def _kept(self, name: str, api: str, mutant: Mutant | None) -> Entry:
        file = self.folder / f"{name}.json"
        if not file.exists():
            entry = self._found(name, api, mutant)
            file.write_text(json.dumps(entry), encoding="utf-8")
        kept: Entry = json.loads(file.read_text(encoding="utf-8"))
        return kept

    def _found(self, name: str, api: str, mutant: Mutant | None) -> Entry:
        spec = self.specs[api]
        served = {api: spec} | {each: self.specs[each] for each in spec.companions}
        target = open_mutant(mutant, self.specs) if mutant else open_embedded(served)
        outcome = run_plain(spec, target, self.folder / name, examples=self.examples)
        entry: Entry = {"failures": sorted(map(list, outcome.failures)), "requests": outcome.requests}
        entry["seconds"] = round(outcome.seconds, 1)
        if mutant is not None:
            grade = Grader(self.specs, Scope.RIGHT).grade(mutant)
            entry |= {"id": mutant.id, "kind": mutant.clause.kind.value, "change": mutant.told}
            entry["suite"] = grade.fate is Fate.KILLED
        return entry


def compare(bench: Bench, chosen: list[Mutant], workers: int) -> list[Entry]:
    """What became of each mutant for which there was time, with what Schemathesis reported of it alone."""
    honest = {api: bench.honest(api) for api in dict.fromkeys(each.clause.api for each in chosen)}
    known = {api: {tuple(failure) for failure in entry["failures"]} for api, entry in honest.items()}
    entries = []
    with ThreadPoolExecutor(workers) as pool:
        for mutant, entry in zip(chosen, pool.map(bench.mutated, chosen), strict=True):
            if entry is not None:
                new = [each for each in entry["failures"] if tuple(each) not in known[mutant.clause.api]]
                entries.append({**entry, "new": new})
                print(f"{mutant.id}: suite {entry['suite']}, schemathesis {bool(new)}", file=sys.stderr, flush=True)
    return entries


def lines(entries: list[Entry], command: str, examples: int) -> Iterator[str]:
    """The table, and how it was made."""
    yield "| kind | mutants | killed by `contracts` | killed by plain Schemathesis |"
    yield "| --- | ---: | ---: | ---: |"
    for kind in sorted({each["kind"] for each in entries}):
        yield _row(kind, [each for each in entries if each["kind"] == kind])
    yield _row("all", entries)
    requests, seconds = (sum(each[name] for each in entries) for name in ("requests", "seconds"))
    yield ""
    yield f"`{command}`, Schemathesis {version('schemathesis')}, all checks and phases, `--max-examples {examples}`,"
    yield f"seed {SEED}: {requests:,} requests in {seconds / 60:.0f} minutes of runs on a shared machine of two cores,"
    yield f"Python {platform.python_version()}. Both looked at the same mutants, of every kind in turn."
    yield ""
    yield "| mutant | change | `contracts` | Schemathesis |"
    yield "| --- | --- | --- | --- |"
    for each in entries:
        found = "; ".join(sorted({title for _, title in each["new"]})) or "no"
        change = each["change"].replace("|", "\\|")
        yield f"| `{each['id']}` | {change} | {'yes' if each['suite'] else 'no'} | {found} |"


def _row(kind: str, entries: list[Entry]) -> str:
    suite, other = (sum(bool(each[name]) for each in entries) for name in ("suite", "new"))
    return f"| {kind} | {len(entries)} | {suite} | {other} |"


def main() -> None:
    """Compare, and put the table into a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("apis", nargs="*", help="all when none is named")
    parser.add_argument("--size", type=int, default=40, help="of the sample (default: 40)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default: 0)")
    parser.add_argument("--minutes", type=float, default=60, help="after which no new run is started (default: 60)")
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="--max-examples (default: 100)")
    parser.add_argument("--workers", type=int, default=2, help="runs at a time (default: 2)")
    parser.add_argument("--folder", type=Path, default=Path("comparison"), help="where results are kept")
    parser.add_argument("--page", type=Path, help="a page with marks, between which the table is written")
    options = parser.parse_args()
    specs = load_all(options.apis)
    noticeable = [each for api in options.apis or specs for each in mutants(specs[api]) if not each.same]
    options.folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(specs, options.folder.resolve(), time.monotonic() + 60 * options.minutes, options.examples)
    entries = compare(bench, sample(noticeable, options.size, options.seed), options.workers)
    named = [*options.apis, "--size", str(options.size), "--seed", str(options.seed)]
    text = "\n".join(
        lines(entries, f"python -m benchmarks.mutation_vs_schemathesis {' '.join(named)}", options.examples)
    )
    print(text)
    if options.page:
        before, _, rest = options.page.read_text(encoding="utf-8").partition(BEGIN)
        options.page.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
