"""What the contracts cost: clauses and generated cases per second, beside bare Schemathesis on the same operations.

Both send the same kinds of cases (boundaries, then made-up ones) to the same mock, through the same transport, which
signs them; bare Schemathesis runs its own checks of the answers alone. Each figure is the median of paired rounds, in
seconds of processor time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from hypothesis import given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import progress
from contracts.calls.client import Api, Run
from contracts.fuzz.run import fuzz
from contracts.fuzz.session import BUILT_IN, QUIET, schema_of
from contracts.fuzz.surroundings import undisturbed
from contracts.fuzz.transport import Transport
from contracts.sharding import FUZZED
from contracts.suite import Suite

if TYPE_CHECKING:
    from contracts.fuzz.cases import Case
    from openapi.model import Operation

API = "tencent-cls"
ROUNDS = 5
RUN = Run(seed=1, max_examples=24)

Work = Callable[[], int]  # how many were judged, or sent


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"paired rounds ({ROUNDS})")
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """How many and in how many seconds, by what was done; and how many times as many cases the contracts send."""
    for work in WORKS.values():
        work()  # what is compiled once is compiled now
    rounds: list[dict[str, tuple[int, float]]] = []
    for number in range(options.rounds):
        progress.tell(f"round {number + 1} of {options.rounds}")
        rounds.append({name: _time(work) for name, work in WORKS.items()})
    ratios = [_rate(one["generated cases, by the contracts"]) / _rate(one[BARE]) for one in rounds]
    return {"rounds": rounds, "ratio": median(ratios)}


def lines(found: dict[str, Any]) -> list[str]:
    """A table in Markdown."""
    told = [f"Schemathesis {version('schemathesis')}; {API}; {len(found['rounds'])} rounds.", ""]
    told += ["| | how many | seconds | a second |", "| --- | ---: | ---: | ---: |"]
    for name in WORKS:
        count, seconds = found["rounds"][0][name][0], median(each[name][1] for each in found["rounds"])
        told.append(f"| {name} | {count} | {seconds:.2f} | {count / seconds:.0f} |")
    return [*told, "", f"The contracts send and judge {found['ratio']:.2f} times as many cases a second as it."]


def _time(work: Work) -> tuple[int, float]:
    start = time.process_time()
    count = work()
    return count, time.process_time() - start


def _rate(timed: tuple[int, float]) -> float:
    return timed[0] / timed[1]


def judge() -> int:
    """Judge every clause that needs no generated requests."""
    suite = Suite((API,), run=RUN)
    chosen = [clause for clause in suite.clauses if clause.kind not in FUZZED]
    for clause in chosen:
        suite.judge(clause)
    return len(chosen)


def generate() -> int:
    """Generate requests for every operation, as the contracts do, and judge the answers."""
    return sum(fuzz(api, operation).cases for api, operation in _operations())


def generate_bare() -> int:
    """Generate requests for every operation, as Schemathesis does, and run its own checks."""
    return sum(_bare(api, operation) for api, operation in _operations())


def _operations() -> Iterator[tuple[Api, Operation]]:
    suite = Suite((API,), run=RUN)
    for operation in suite.specs[API].operations.values():
        suite.target.reset()
        yield Api(suite.target, suite.specs[API], run=RUN), operation


def _bare(api: Api, operation: Operation) -> int:
    session, schema, sent = Transport(api, operation).session(), schema_of(api.spec, RUN.seed), 0

    def attempt(case: Case) -> None:
        nonlocal sent
        sent += 1
        response = case.call(base_url=api.target.base_url, session=session, max_redirects=0)
        with suppress(FailureGroup):
            case.validate_response(response, checks=[*BUILT_IN])

    with undisturbed():
        fuzzed = schema.find_operation_by_id(operation.id)
        config = schema.config.generation_for(operation=fuzzed)
        for case in schema.iter_coverage_cases(fuzzed, generation_modes=list(GenerationMode), generation_config=config):
            attempt(case)
        for mode in GenerationMode:
            strategy = fuzzed.as_strategy(generation_mode=mode)
            limited = settings(QUIET, max_examples=RUN.max_examples // 2)
            seed(RUN.seed)(limited(given(case=strategy)(attempt)))()
    return sent


BARE = "generated cases, bare Schemathesis"
WORKS: dict[str, Work] = {
    "clauses judged, none generated": judge,
    "generated cases, by the contracts": generate,
    BARE: generate_bare,
}

if __name__ == "__main__":
    main()
