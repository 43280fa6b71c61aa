"""What the contracts cost: clauses and generated cases per second, beside bare Schemathesis on the same operations.

Both send the same kinds of cases (boundaries, then made-up ones) to the same mock, through the same transport, which
signs them; bare Schemathesis runs its own checks of the answers alone. Each figure is the median of paired rounds, in
seconds of processor time. `python benchmarks/contracts_speed.py [ROUNDS]` prints a table.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from hypothesis import given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

sys.path.insert(0, str(Path(__file__).parents[1]))

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
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, "
          f"Schemathesis {version('schemathesis')}; {API}, {rounds} rounds")  # fmt: skip
    works: dict[str, Work] = {"clauses": judge, "cases": generate, "bare cases": generate_bare}
    for work in works.values():
        work()  # what is compiled once is compiled now
    found = [{name: _time(work) for name, work in works.items()} for _ in range(rounds)]
    print(f"{'':34}{'count':>8}{'seconds':>9}{'per second':>12}")
    for name, told in (
        ("clauses judged, none generated", "clauses"),
        ("generated cases, by the contracts", "cases"),
        ("generated cases, bare Schemathesis", "bare cases"),
    ):
        count, seconds = found[0][told][0], median(each[told][1] for each in found)
        print(f"{name:34}{count:>8}{seconds:>9.2f}{count / seconds:>12.0f}")
    ratio = median(_each(one["cases"]) / _each(one["bare cases"]) for one in found)
    print(f"one case by the contracts takes {ratio:.2f} times as long as one by bare Schemathesis")


def _time(work: Work) -> tuple[int, float]:
    start = time.process_time()
    count = work()
    return count, time.process_time() - start


def _each(timed: tuple[int, float]) -> float:
    return timed[1] / timed[0]


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


if __name__ == "__main__":
    main()
