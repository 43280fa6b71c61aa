"""What the tests of the mock start from."""

from functools import cache

import pytest

from tests.mockserver.cloud import Cloud, start


@cache
def _shared() -> Cloud:
    return start()


@pytest.fixture
def cloud() -> Cloud:
    """A mock of all APIs that remembers nothing, on a clock that stands still."""
    mock = _shared()  # to compile the specs takes longer than most tests
    mock.engine.reset()
    mock.clock.reset()
    mock.clock.freeze()
    return mock
