"""Do several workers begin with what waits, and run everything once?"""

from pathlib import Path

import pytest

from tests.dealing import HERE, PATIENT, dealt, rank

WAITING = [HERE / each / "a.py" if not each.endswith(".py") else HERE / each for each in PATIENT]
ITEMS = [(path, number) for path in [HERE / "a.py", *reversed(WAITING), HERE / "z.py"] for number in range(40)]


def path_of(item: tuple[Path, int]) -> Path:
    return item[0]


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 50])
def test_every_test_is_run_once(workers: int) -> None:
    assert sorted(dealt(ITEMS, workers, path_of)) == sorted(ITEMS)


def test_one_worker_runs_the_tests_as_they_stand() -> None:
    assert dealt(ITEMS, 1, path_of) == ITEMS


def test_each_part_begins_with_tests_that_wait_longest_first() -> None:
    found = dealt([*((HERE / "a.py", number) for number in range(1000)), *ITEMS], 3, path_of)
    assert [path_of(found[number * len(found) // 3]) for number in range(3)] == WAITING[:3]


def test_whatever_is_said_to_wait_is_there() -> None:
    assert [each for each in PATIENT if not (HERE / each).exists()] == []
    assert rank(Path(__file__)) is None
