"""Is all there that was acknowledged, and only that, after a mock was killed under load?"""

import pytest

from tests.mockserver.stores.conftest import LASTING
from tests.mockserver.stores.kills import kill_often

MOMENTS = 2  # `python -m tests.mockserver.stores.proof kill` has more of them


@pytest.mark.parametrize("address", LASTING, indirect=True)
def test_a_mock_that_is_killed_under_load_loses_nothing_that_it_acknowledged(address: str) -> None:
    known, wrong = kill_often(address, MOMENTS, seed=1)
    assert wrong == []
    assert known.answers >= MOMENTS
    assert known.seen
