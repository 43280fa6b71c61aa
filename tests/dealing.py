"""The order in which several workers run tests: first those that wait in real time, so that others use the processors.

Each worker gets a part of the tests as they stand, of the same length, and takes some of another's when it is done.
"""

from collections.abc import Callable, Sequence
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
HERE = Path(__file__).parent
# Files and folders whose tests wait for servers, processes and browsers; what takes longest first.
PATIENT = (
    "pages/test_real_endpoints.py",
    "contracts/safety/test_killed_runs.py",
    "contracts/rough",
    "contracts/standin",
    "contracts/test_resuming.py",
    "contracts/fuzz/test_real_endpoints.py",
    "contracts/redaction/test_leaks.py",
    "contracts/test_runs_that_end_early.py",
    "contracts/cassettes/test_sessions.py",
    "ci",
    "contracts/test_findings_on_the_command_line.py",
    "contracts/safety/test_cleanup.py",
    "contracts/proxy",
    "contracts/drift",
    "pages",
    "clients/test_tencent_tccli.py",
    "test_packaging.py",
)


def rank(path: Path) -> int | None:
    """The place of a file among those that wait; None for the others."""
    name = path.relative_to(HERE)
    return next((number for number, each in enumerate(PATIENT) if name.is_relative_to(each)), None)


def dealt(items: Sequence[T], workers: int, file: Callable[[T], Path]) -> list[T]:
    """The items in as many parts, each of which begins with files that wait; one worker keeps them as they are."""
    if workers == 1:
        return [*items]
    files = [(path, [*members]) for path, members in groupby(items, file)]
    waiting = [(place, members) for path, members in files if (place := rank(path)) is not None]
    hands: list[list[T]] = [[] for _ in range(workers)]
    for number, (_, members) in enumerate(sorted(waiting, key=itemgetter(0))):
        hands[number % workers] += members
    others = iter([item for path, members in files if rank(path) is None for item in members])
    found: list[T] = []
    for left, hand in zip(range(workers, 0, -1), hands, strict=True):
        share = (len(items) - len(found)) // left
        found += [*hand, *islice(others, max(share - len(hand), 0))]
    return found
