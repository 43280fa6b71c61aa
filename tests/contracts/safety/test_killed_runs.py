"""A run that is killed at any moment leaves nothing behind once it was cleaned up after; nobody else's task goes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from openapi.model import Action
from tests.contracts.safety.killing import KILLED, MOMENTS, Moment, Point, Scene, scene

Find = Callable[[str], Scene]


@pytest.fixture(scope="module")
def find(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Find]:
    """The server of an API, started by the first test that wants it."""
    with ExitStack() as opened:
        yield cache(lambda api: opened.enter_context(scene(api, tmp_path_factory.mktemp(api))))


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_nothing_is_left_of_a_run_that_was_killed(find: Find, moment: Moment, tmp_path: Path) -> None:
    figures = find(moment.api).kill(moment, tmp_path)
    assert figures.code == KILLED
    assert figures.sent >= (moment.number if moment.action is Action.CREATE else 1)
    if moment.action is Action.CREATE and moment.point is not Point.LOST:
        assert figures.before > 0  # else there would be nothing to clean up
    assert (figures.cleanup[0], figures.after) == (0, 0), figures.cleanup[1]
    assert figures.foreign


def test_there_are_twenty_moments_and_no_two_are_the_same() -> None:
    assert len(set(MOMENTS)) == len(MOMENTS) == 20
